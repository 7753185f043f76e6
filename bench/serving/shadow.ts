import { parseArgs } from 'node:util';
import type { ShadowBody } from '../../src/api/contract/shadow.js';
import { failureCount, load } from './load.js';
import { describeMachine, machineInWords } from './machine.js';
import { median } from './median.js';
import { table, writeResults } from './results.js';
import { startSerin, waitUntil, type SerinServer } from './serin.js';

/** What users notice of a shadow: nothing, if all is well. */

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
});

/** One: the gateway has time to spare. 32: it has none. */
const connectionCounts = [1, 32];

if (flags.help) {
  console.log(`Usage: npm run build && node dist/bench/serving/shadow.js [flags]

Loads two servers in turn with wrk: one without a shadow, and one that copies every request to a
canary; with one connection, and with 32. Writes bench/results/serving-shadow.md and .json.

  --rounds N   (9)
  --seconds S  of each load (3)`);
} else {
  await main();
}

interface Contestant {
  readonly name: string;
  readonly serin: SerinServer;
}

interface Measured {
  readonly name: string;
  readonly connections: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
  /** Shares of the requests, 0 to 1. */
  readonly copied: number;
  readonly shed: number;
}

async function main(): Promise<void> {
  const settings = { rounds: Number(flags.rounds), seconds: Number(flags.seconds) };
  const machine = describeMachine();
  const contestants: Contestant[] = [];
  try {
    contestants.push({ name: 'no shadow', serin: await startSerin() });
    const serin = await startSerin();
    contestants.push({ name: 'every request copied', serin });
    await startShadow(serin);
    const measured = await measure(contestants, settings);
    const text = [
      '# What users notice of a shadow',
      `\`node dist/bench/serving/shadow.js\`: one row a request by wrk, as fast as it is answered; ${flags.rounds} rounds of ${flags.seconds} s for each of two servers in turn. Medians; in brackets the median of the rounds' ratios to the server without a shadow.`,
      machineInWords(machine),
      ...connectionCounts.map((connections) => tableFor(measured, contestants, connections)),
    ];
    writeResults('serving-shadow', `${text.join('\n\n')}\n`, { machine, settings, measured });
    if (measured.some(({ failed }) => failed > 0)) process.exitCode = 1;
  } finally {
    await Promise.all(contestants.map(({ serin }) => serin.stop()));
  }
}

async function measure(
  contestants: readonly Contestant[],
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<readonly Measured[]> {
  for (const { serin } of contestants) await load(serin.url, seconds, 32);
  const all: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const connections of connectionCounts) {
      for (let turn = 0; turn < contestants.length; turn++) {
        const contestant = contestants[(round + turn) % contestants.length];
        if (contestant !== undefined) all.push(await measureOne(contestant, connections, seconds));
      }
    }
    console.error(`round ${round + 1} of ${rounds}`);
  }
  return all;
}

async function measureOne(
  { name, serin }: Contestant,
  connections: number,
  seconds: number,
): Promise<Measured> {
  const before = await shadowOf(serin);
  const {
    requests,
    seconds: took,
    p50Ms,
    p99Ms,
    failures,
  } = await load(serin.url, seconds, connections);
  const after = await shadowOf(serin);
  return {
    name,
    connections,
    perSecond: requests / took,
    p50Ms,
    p99Ms,
    failed: failureCount(failures),
    copied: (after.made - before.made) / requests,
    shed: (after.shed - before.shed) / requests,
  };
}

/** Starts a rollout that stays in its shadow step. */
async function startShadow(serin: SerinServer): Promise<void> {
  const yaml = [
    'model: churn',
    'stable: churn/1',
    'canary: churn/2',
    'steps:',
    '  - shadow: { requests: 1000000000 }',
    '    hold: { max: 1d }',
    '  - weight: 100',
    // What is measured is the cost of copies; a verdict would end it.
    'checks: { latency: off, errors: off, predictions: off, agreement: { min: 1% } }',
  ].join('\n');
  const response = await fetch(`${serin.url}/api/v1/rollouts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ yaml }),
  });
  if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`);
  await waitUntil(async () => (await bodyOf(serin)).percent === 100);
}

async function bodyOf(serin: SerinServer): Promise<ShadowBody> {
  const response = await fetch(`${serin.url}/api/v1/models/churn/shadow`);
  if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`);
  return (await response.json()) as ShadowBody;
}

async function shadowOf(serin: SerinServer): Promise<{ made: number; shed: number }> {
  const { copies, shed } = await bodyOf(serin);
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  return { made: sum(copies), shed: sum(shed) };
}

function tableFor(
  measured: readonly Measured[],
  contestants: readonly Contestant[],
  connections: number,
): string {
  const here = measured.filter((one) => one.connections === connections);
  const of = (name: string): readonly Measured[] => here.filter((one) => one.name === name);
  const alone = of(contestants[0]?.name ?? '');
  const head = [
    `${connections} ${connections === 1 ? 'connection' : 'connections'}`,
    ...['requests/s', 'p50 ms', 'p99 ms', 'copied', 'shed', 'failed'],
  ];
  const rows = contestants.map(({ name }) => {
    const own = of(name);
    const cell = (key: 'perSecond' | 'p50Ms' | 'p99Ms', digits: number): string => {
      const ratios = own.map((one, round) => one[key] / (alone[round]?.[key] ?? NaN));
      const value = median(own.map((one) => one[key])).toFixed(digits);
      return name === contestants[0]?.name ? value : `${value} (${median(ratios).toFixed(2)})`;
    };
    const share = (key: 'copied' | 'shed'): string =>
      `${(100 * median(own.map((one) => one[key]))).toFixed(0)}%`;
    const failed = own.reduce((sum, one) => sum + one.failed, 0);
    return [
      name,
      cell('perSecond', 0),
      cell('p50Ms', 2),
      cell('p99Ms', 2),
      share('copied'),
      share('shed'),
      String(failed),
    ];
  });
  return table(head, rows);
}
