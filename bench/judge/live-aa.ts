/**
 * How often does a running server's judge call a canary harmful that is the same file as stable?
 * Real requests over HTTP, real runner processes. Every run deploys the canary anew, and is judged
 * three ways: by the server, and from what it observed with other tolerances; with milliseconds
 * added to the canary's observed latencies, the same runs say how soon a true regression is found.
 *
 *     npm run build && node dist/bench/judge/live-aa.js [RUNS] [SECONDS] [REQUESTS_A_SECOND]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { liveJudgeSettings } from '../../src/analysis/live-judge-settings.js';
import type { PartialJudgeSettings } from '../../src/analysis/read-judge-settings.js';
import { replay } from '../../src/analysis/replay/replay.js';
import type { VerdictBody } from '../../src/api/contract/verdict.js';
import { Arm } from '../../src/domain/arm.js';
import { CheckName } from '../../src/domain/evidence.js';
import type { Observation } from '../../src/domain/observation.js';
import { describeMachine, machineInWords } from '../serving/machine.js';
import { table, writeResults } from '../serving/results.js';
import { startSampleServer, trainChurn } from '../serving/sample-server.js';

const [runs = 10, seconds = 60, perSecond = 500] = process.argv.slice(2).map(Number);
const weights = [10, 30];
/** Absolute tolerances that are compared, in milliseconds; the live one is what the server has. */
const tolerancesMs = [0, 0.25, 0.5, 1];
/** What a true regression adds to each of the canary's latencies, in milliseconds. */
const addedMs = [0.25, 0.5, 0.75, 1, 2];

interface Run {
  readonly weight: number;
  readonly requests: number;
  readonly canaryRequests: number;
  /** Geometric means. */
  readonly stableMs: number;
  readonly canaryMs: number;
  /** What the server answered at the end, and whether it ever said harm. */
  readonly verdict: string;
  readonly harm: boolean;
  /** By tolerance: checks that crossed their line of harm, `all` for all together. */
  readonly crossed: Readonly<Record<string, readonly string[]>>;
  /** With the server's tolerance: seconds until all checks together showed harm; null: never. */
  readonly harmAfterS: number | null;
  /** φ of the mean latency at the end: how much more buckets scatter than independent requests would. */
  readonly overdispersion: number;
  /** Of an arm's log latencies with that of the request before: 0 where requests are independent. */
  readonly autocorrelation: Readonly<Record<Arm, number>>;
  /** Processes that wanted to run, ours and others, on average over the last minute of the run. */
  readonly loadAverage: number;
  /** By what was added: seconds until harm; null: not found. */
  readonly foundAfterS: Readonly<Record<string, number | null>>;
}

const machine = describeMachine();
const folder = mkdtempSync(path.join(tmpdir(), 'serin-live-aa-'));
const models = trainChurn(folder);
cpSync(path.join(models, 'churn/1'), path.join(models, 'churn/9'), { recursive: true });
const server = await startSampleServer(folder, models);
let observed: Observation[] = [];
const { witness } = server.context;
const tell = witness.observed.bind(witness);
witness.observed = (model, observation) => {
  observed.push(observation);
  tell(model, observation);
};

// Stable has been serving for a while when a canary comes.
await load(10);
const done: Run[] = [];
for (let run = 0; run < runs; run += 1) {
  for (const weight of weights) {
    const one = await runOnce(weight);
    done.push(one);
    const { verdict, stableMs, canaryMs, crossed, harmAfterS, overdispersion } = one;
    console.error(
      `${done.length} of ${runs * weights.length}: ${weight}%, ${verdict} (${harmAfterS} s), ` +
        `${stableMs.toFixed(2)} and ${canaryMs.toFixed(2)} ms, φ ${overdispersion.toFixed(1)}, ` +
        JSON.stringify(crossed),
    );
  }
}
await server.close();
rmSync(folder, { recursive: true });
report(done);

async function runOnce(weight: number): Promise<Run> {
  await ask('POST', '/admin/deploy-canary', { model_path: 'churn/9', weight });
  observed = [];
  await load(seconds);
  const verdict = (await ask('GET', '/api/v1/models/churn/verdict')) as VerdictBody;
  await ask('POST', '/admin/rollback-canary', {});
  const seen = observed.sort((a, b) => a.startedAtMs - b.startedAtMs);
  const asServer = harmOf(seen, weight, {});
  return {
    weight,
    requests: seen.length,
    canaryRequests: seen.filter(({ arm }) => arm === Arm.Canary).length,
    stableMs: geometricMeanMs(seen, Arm.Stable),
    canaryMs: geometricMeanMs(seen, Arm.Canary),
    harmAfterS: asServer.afterS,
    overdispersion: asServer.overdispersion,
    autocorrelation: {
      stable: autocorrelationOf(seen, Arm.Stable),
      canary: autocorrelationOf(seen, Arm.Canary),
    },
    loadAverage: loadavg()[0] ?? 0,
    verdict: verdict.verdict,
    harm: verdict.verdict === 'harm',
    crossed: Object.fromEntries(
      tolerancesMs.map((ms) => [ms, harmOf(seen, weight, { latencyToleranceMs: ms }).checks]),
    ),
    foundAfterS: Object.fromEntries(
      addedMs.map((ms) => [ms, harmOf(slowed(seen, ms), weight, {}).afterS]),
    ),
  };
}

/** What the judge would have said of these observations with other settings. */
function harmOf(seen: readonly Observation[], weight: number, settings: PartialJudgeSettings) {
  const recorded = seen.map((observation) => ({ observation, share: undefined }));
  const { crossings, verdict } = replay(recorded, {
    settings: liveJudgeSettings(settings, false),
    share: weight / 100,
  });
  const harm = crossings.filter(({ what }) => what === 'harm');
  const all = harm.find(({ check }) => check === undefined);
  return {
    checks: harm.map(({ check }) => check ?? 'all'),
    afterS: all === undefined ? null : (all.atMs - (seen[0]?.startedAtMs ?? 0)) / 1000,
    overdispersion:
      verdict.evidence.find(({ check }) => check === CheckName.LatencyMean)?.overdispersion ?? 1,
  };
}

function slowed(seen: readonly Observation[], ms: number): Observation[] {
  return seen.map((one) =>
    one.arm === Arm.Canary ? { ...one, latencyMs: one.latencyMs + ms } : one,
  );
}

function autocorrelationOf(seen: readonly Observation[], arm: Arm): number {
  const logs = seen.filter((one) => one.arm === arm).map(({ latencyMs }) => Math.log(latencyMs));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const apart = logs.map((log) => log - mean);
  const products = apart.reduce((sum, log, index) => sum + log * (apart[index - 1] ?? 0), 0);
  return products / apart.reduce((sum, log) => sum + log * log, 0);
}

function geometricMeanMs(seen: readonly Observation[], arm: Arm): number {
  const logs = seen.filter((one) => one.arm === arm).map(({ latencyMs }) => Math.log(latencyMs));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

async function load(forSeconds: number): Promise<void> {
  const script = fileURLToPath(new URL('./open-loop.js', import.meta.url));
  const child = fork(script, [server.url, String(perSecond), String(forSeconds)]);
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`the load ended with code ${code}`);
}

async function ask(method: string, route: string, body?: unknown): Promise<unknown> {
  const sent =
    body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(server.url + route, { method, ...sent });
  if (!response.ok) throw new Error(`${route}: ${await response.text()}`);
  return response.json();
}

function report(all: readonly Run[]): void {
  const of = (weight: number): Run[] => all.filter((run) => run.weight === weight);
  const count = (weight: number, isSo: (run: Run) => boolean): string =>
    `${of(weight).filter(isSo).length} of ${of(weight).length}`;
  const ms = (value: number | undefined): string => (value ?? NaN).toFixed(2);
  const falseAlarms = weights.map((weight) => [
    `${weight}%`,
    count(weight, ({ harm }) => harm),
    ...tolerancesMs.map((tolerance) =>
      count(weight, ({ crossed }) => crossed[tolerance]?.includes('all') === true),
    ),
    ms(median(of(weight).map(({ stableMs }) => stableMs))),
    ms(median(of(weight).map(({ canaryMs }) => canaryMs))),
    ms(Math.max(...of(weight).map(({ canaryMs, stableMs }) => canaryMs - stableMs))),
    (median(of(weight).map(({ loadAverage }) => loadAverage)) ?? NaN).toFixed(1),
  ]);
  const alarms = all.flatMap(({ harmAfterS }) => harmAfterS ?? []);
  const medianOf = (value: (run: Run) => number): string =>
    (median(all.map(value)) ?? NaN).toFixed(2);
  const cause = [
    `Neighbouring latencies of one arm are correlated by ${medianOf((run) => run.autocorrelation.stable)} (stable) and ${medianOf((run) => run.autocorrelation.canary)} (canary), φ of the mean`,
    `latency is ${medianOf((run) => run.overdispersion)} at the end: medians over the runs.` +
      (alarms.length === 0
        ? ''
        : ` False alarms came after ${alarms.map((seconds) => seconds.toFixed(0)).join(', ')} s.`),
  ];
  const found = weights.flatMap((weight) =>
    addedMs.map((added) => {
      const after = of(weight).flatMap(({ foundAfterS }) => foundAfterS[added] ?? []);
      return [
        `${weight}%`,
        `+${added} ms`,
        `${after.length} of ${of(weight).length}`,
        after.length === 0 ? '–' : `${median(after)?.toFixed(0)} s`,
      ];
    }),
  );
  const text = [
    "# A running server's judge on identical versions",
    '',
    `\`npm run build && node dist/bench/judge/live-aa.js ${runs} ${seconds} ${perSecond}\`. ${machineInWords(machine)}`,
    '',
    `${all.length} runs of ${seconds} s at ${perSecond} requests a second (Poisson), sample model churn, the`,
    'canary a copy of the stable file, in a process started for the run.',
    '',
    '## False alarms',
    '',
    'By the server over HTTP, and from its observations with other values of `latencyToleranceMs`',
    '(0: the tolerances of STATISTICS.md and nothing else). Latencies are geometric means, medians',
    'over the runs; `most` is the largest difference of a run.',
    '',
    table(
      [
        'share',
        'the server',
        ...tolerancesMs.map((tolerance) => `with ${tolerance} ms`),
        'stable, ms',
        'canary, ms',
        'most, ms',
        'load average',
      ],
      falseAlarms,
    ),
    '',
    ...cause,
    '',
    '## True regressions',
    '',
    "The same observations, with this added to each of the canary's latencies; the server's settings.",
    '',
    table(['share', 'slower by', 'found', 'after (median)'], found),
    '',
  ].join('\n');
  writeResults('judge-live-aa', text, { machine, runs: all });
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
