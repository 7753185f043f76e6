import type { ChildProcess } from 'node:child_process';
import { parseArgs } from 'node:util';
import { describeMachine, machineInWords } from '../serving/machine.js';
import { median } from '../serving/median.js';
import { table, writeResults } from '../serving/results.js';
import { appRow, startApps, startNode } from './arms.js';
import {
  changeWeightsAtLoad,
  killCanaryAtLoad,
  type Changes,
  type Disturbed,
} from './disturbed.js';
import { marginMs, standardErrors, type ObservedSplit } from './observed-splits.js';
import { startArms } from './reference-nginx.js';
import { measureSpeed, type SpeedMeasured, type SpeedResult, type SpeedRound } from './speed.js';

/** What Serin's NGINX costs, and what it loses when it is disturbed. */

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    changes: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '20' },
    help: { type: 'boolean', default: false },
  },
});
const fast = [18_111, 18_112] as const;
const node = [18_113, 18_114] as const;
const apps = [18_115, 18_116] as const;
/** Each takes about 0.3 s. */
const plainChanges = 50;
const ports = [18_180, 18_181, 18_182] as const;

if (flags.help) {
  console.log(`Usage: npm run build && node dist/bench/nginx/bench.js [flags]

Loads Serin's NGINX, observed and judged, and a plain one without a log, in turns; then changes the
weight and kills the canary at full load. Writes bench/results/nginx.md and .json, and ends with 1
where too much is lost.
Debian: nginx-light libnginx-mod-http-lua wrk

  --rounds N    the medians are of so many (5)
  --seconds S   of load for each NGINX in a round (4)
  --changes N   of the weight (1000)
  --kills N     of the canary (20)`);
} else {
  await main();
}

async function main(): Promise<void> {
  const machine = describeMachine();
  const settings = {
    rounds: Number(flags.rounds),
    seconds: Number(flags.seconds),
    connections: 32,
  };
  const arms = startArms(fast);
  const children: ChildProcess[] = [];
  try {
    const slower = [await startNode(node[0]), await startNode(node[1])];
    children.push(...slower);
    children.push(...(await startApps(apps)));
    const atOnce = await measureSpeed(fast, ports, settings);
    const bareNode = await measureSpeed(node, ports, settings);
    const app = await measureSpeed(apps, ports, { ...settings, body: appRow });
    const changes = await changeWeightsAtLoad(fast, ports[1], Number(flags.changes), 'lua');
    const reloads = await changeWeightsAtLoad(fast, ports[1], plainChanges, 'plain');
    slower[1]?.kill('SIGKILL');
    const kills = await killCanaryAtLoad(node, ports[1], Number(flags.kills));
    const missed = [
      ...shortfallsOfSpeed("the example's app", app, 'serin'),
      ...shortfallsOfSpeed('arms of node:http', bareNode, 'serin'),
      ...shortfallsOfSpeed('at once, Serin apart', atOnce, 'apart'),
      ...shortfallsOfDisturbed('changes of the weight', changes),
      ...shortfallsOfDisturbed('kills', kills),
      ...shortfallsOfChanges(changes),
    ];
    for (const one of missed) console.error(`Not reached: ${one}`);
    process.exitCode = missed.length === 0 ? 0 : 1;
    const text = [
      '# NGINX',
      `\`node dist/bench/nginx/bench.js --rounds ${flags.rounds} --seconds ${flags.seconds}\`: wrk with 32 connections and one thread, everything on the same machine, NGINX with one worker. "Serin's" is at 25% in a rollout by \`serin serve\`, with every request logged, read, judged, counted in metrics and remembered for feedback. "The same" is the same NGINX with plain weights (\`split_clients\`) and no log: it makes ids, adds headers, keeps bodies and tries again as Serin's does. "Bare" is the least that an NGINX can be: two servers with weights 75 and 25, nothing else. "Apart" is Serin's while its process is halted, and works off the log afterwards: load, arms, NGINX and Serin are four processes on two cores, so that with arms that answer at once every moment that Serin runs is one that NGINX or they do not; "apart" is what NGINX itself loses by split and log. Medians of ${flags.rounds} rounds of ${flags.seconds} s each, in turns.`,
      machineInWords(machine),
      "## Arms of the example's app (that of reference system R2, with its ONNX model)",
      speedTable(app),
      '## Arms of bare node:http, which answer a constant',
      speedTable(bareNode),
      '## Arms that answer at once (another NGINX)',
      speedTable(atOnce),
      '## Disturbed at full load',
      disturbedTable([
        [`${flags.changes} changes of the weight, with Lua`, changes],
        [`${plainChanges} changes of the weight without Lua, each a reload`, reloads],
        [`${flags.kills} kills of the canary`, kills],
      ]),
      `With Lua a change of the weight took ${quantile(changes.changesMs, 0.5)} ms (p99 ${quantile(changes.changesMs, 0.99)} ms) until it was read back as in force; of the first three requests that were sent after each change to 0 or 100, ${changes.wrongArms} in all met the wrong arm.`,
      splitsTable(changes),
      missed.length === 0
        ? `Reached: 0.9 of the requests a second of the same NGINX, and 1/0.9 of its p99, with everything on these two cores in front of the example's app and of bare node:http (${ratios(bareNode)}). Where arms do nothing the two cores are NGINX's, Serin's, theirs and wrk's alone: ${ratios(atOnce)}, and 0.9 with Serin apart. Serin under a quarter of NGINX's CPU; no observation lost, every split as it was set, and no request failed but at the reloads of an NGINX without Lua.`
        : `Not reached: ${missed.join('; ')}.`,
    ];
    const values = { machine, settings, app, bareNode, atOnce, changes, reloads, kills };
    writeResults('nginx', `${text.join('\n\n')}\n`, values);
  } finally {
    arms.stop();
    for (const child of children) child.kill('SIGKILL');
  }
}

function speedTable({ rounds, requests, lost, canaryPercent }: SpeedResult): string {
  const row = (name: string, digits: number, value: (one: SpeedMeasured) => number): string[] => [
    name,
    ...(['bare', 'same', 'serin', 'apart'] as const).map((which) =>
      median(rounds.map((round) => value(round[which]))).toFixed(digits),
    ),
    ...(
      [
        ['serin', 'same'],
        ['apart', 'same'],
        ['serin', 'bare'],
      ] as const
    ).map(([which, peer]) => {
      const ratios = ratiosTo(rounds, which, peer, value);
      const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
      return `${median(ratios).toFixed(2)} (${range})`;
    }),
  ];
  const rows = [
    row('requests/s', 0, (one) => one.perSecond),
    row('p50 (ms)', 2, (one) => one.p50Ms),
    row('p99 (ms)', 2, (one) => one.p99Ms),
    row("NGINX's CPU a request (µs)", 1, (one) => one.nginxUs),
  ];
  const beside = median(rounds.map(({ serin }) => serin.besideShare));
  const failures = failuresOf(rounds);
  const names = ['', 'bare', 'the same', "Serin's", 'apart'];
  const ratios = ["Serin's to the same", 'apart to the same', "Serin's to bare"];
  return `${table([...names, ...ratios], rows)}

Serin's CPU beside it: ${(100 * beside).toFixed(1)}% of NGINX's. Of ${requests} requests ${lost} are missing from the observations, ${failures} failed; the canary's share was ${canaryPercent.toFixed(2)}% of 25%.`;
}

/** Within each round, as the machine is another one from round to round. */
function ratiosTo(
  rounds: readonly SpeedRound[],
  which: 'serin' | 'apart',
  peer: 'same' | 'bare',
  value: (one: SpeedMeasured) => number,
): number[] {
  return rounds.map((round) => value(round[which]) / value(round[peer]));
}

function failuresOf(rounds: readonly SpeedRound[]): number {
  return rounds.reduce((sum, { serin, apart }) => sum + serin.failures + apart.failures, 0);
}

function ratios({ rounds }: SpeedResult): string {
  const ratio = (value: (one: SpeedMeasured) => number): string =>
    median(ratiosTo(rounds, 'serin', 'same', value)).toFixed(2);
  return `${ratio((one) => one.perSecond)} of its requests a second and ${ratio((one) => one.p99Ms)} of its p99`;
}

/** What the numbers should be, and are not. */
function shortfallsOfSpeed(
  arms: string,
  { rounds, lost }: SpeedResult,
  which: 'serin' | 'apart',
): string[] {
  const speed = median(ratiosTo(rounds, which, 'same', (one) => one.perSecond));
  const p99 = median(ratiosTo(rounds, which, 'same', (one) => one.p99Ms));
  const beside = median(rounds.map(({ serin }) => serin.besideShare));
  const failed = failuresOf(rounds);
  return [
    ...(speed >= 0.9 ? [] : [`requests/s are ${speed.toFixed(2)} of the same NGINX, not 0.9`]),
    ...(p99 <= 1 / 0.9 ? [] : [`p99 is ${p99.toFixed(2)} of the same NGINX, not 1/0.9`]),
    ...(beside < 0.25 ? [] : [`Serin's CPU is ${beside.toFixed(2)} of NGINX's, not under 0.25`]),
    ...(lost === 0 ? [] : [`${lost} observations are lost`]),
    ...(failed === 0 ? [] : [`${failed} requests failed`]),
  ].map((one) => `${one} (${arms})`);
}

function shortfallsOfDisturbed(what: string, { failures, lost }: Disturbed): string[] {
  return [
    ...(failures === 0 ? [] : [`${failures} requests failed at ${what}`]),
    ...(lost === 0 ? [] : [`${lost} observations are lost at ${what}`]),
  ];
}

function shortfallsOfChanges({ wrongArms, splits }: Changes): string[] {
  return [
    ...(wrongArms === 0 ? [] : [`${wrongArms} requests met the wrong arm after a change`]),
    ...splits.filter(isFarOff).map(({ weight }) => `the split at ${weight}% is another`),
  ];
}

/**
 * All of a weight's changes together by more than four standard errors, or one of them by more than
 * five, which chance does in less than one bench of a thousand; at 0 and 100% by a single request.
 */
function isFarOff(split: ObservedSplit): boolean {
  return standardErrors(split) > 4 || split.worstErrors > 5;
}

function disturbedTable(rows: readonly (readonly [string, Disturbed])[]): string {
  return table(
    ['', 'requests', 'failed', 'observations lost'],
    rows.map(([name, { load, failures, lost }]) => [
      name,
      String(load.requests),
      String(failures),
      String(lost),
    ]),
  );
}

function splitsTable({ splits }: Changes): string {
  const rows = splits.map(({ weight, changes, requests, canary, worstErrors }) => [
    `${weight}%`,
    String(changes),
    String(requests),
    `${((100 * canary) / requests).toFixed(2)}%`,
    worstErrors.toFixed(1),
  ]);
  return `What NGINX logged of the requests that began from ${marginMs} ms after each of these changes to ${marginMs} ms before the next:

${table(['weight', 'times set', 'requests', 'to the canary', 'the change that was furthest off (standard errors)'], rows)}`;
}

function quantile(values: readonly number[], q: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor(q * (sorted.length - 1))] ?? NaN).toFixed(1);
}
