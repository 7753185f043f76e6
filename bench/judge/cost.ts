import { parseArgs } from 'node:util';
import { FeedbackMeasure } from '../../src/domain/feedback.js';
import { Judge } from '../../src/analysis/judge.js';
import { liveJudgeSettings } from '../../src/analysis/live-judge-settings.js';
import type { PartialJudgeSettings } from '../../src/analysis/read-judge-settings.js';
import type { Observation } from '../../src/domain/observation.js';
import { describeMachine, machineInWords } from '../serving/machine.js';
import { table, writeResults } from '../serving/results.js';
import { drawObservations, type Latencies, type Predictions } from './observations.js';

/** What the judge costs, through the classes of production. */

/** What is promised (issue "The judge"); more than this ends with exit code 1. */
const limits = { recordNs: 1_000, judgeMs: 1, stateKib: 64 };

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    observations: { type: 'string', default: '10000000' },
    help: { type: 'boolean', default: false },
  },
});

interface Kind {
  readonly name: string;
  readonly settings: PartialJudgeSettings;
  readonly predictions: Predictions;
  readonly latencies?: Latencies;
  /** What becomes known of answers afterwards; without it nothing does. */
  readonly truth?: 'feedback' | 'labelled pairs';
}

const everything = { timeouts: {}, predictions: {}, agreement: {}, feedback: {} };
const byPairs = { ...everything, feedback: { measure: FeedbackMeasure.LabelledPairs } };
const kinds: readonly Kind[] = [
  { name: 'defaults', settings: {}, predictions: 'none' },
  { name: 'as a server judges', settings: liveJudgeSettings({}, false), predictions: 'score' },
  { name: 'ten classes', settings: { checks: { predictions: {} } }, predictions: 'classes' },
  {
    name: 'every check, sticky, ten classes',
    settings: { sticky: true, checks: everything },
    predictions: 'classes',
    truth: 'feedback',
  },
  {
    name: 'the same with labelled pairs as feedback',
    settings: { sticky: true, checks: byPairs },
    predictions: 'classes',
    truth: 'labelled pairs',
  },
  {
    name: 'every check, sticky, 1,000 labels of 64 letters',
    settings: { sticky: true, checks: everything },
    predictions: 'long labels',
    truth: 'feedback',
  },
  {
    name: 'the same, latencies from 0.1 ms to 10 min',
    settings: { sticky: true, checks: everything },
    predictions: 'long labels',
    latencies: 'widely spread',
    truth: 'feedback',
  },
];

interface Cost {
  readonly name: string;
  /** CPU time, nanoseconds an observation, with a tick and a closed bucket every 1,000. */
  readonly recordNs: number;
  /** CPU time, nanoseconds for what becomes known of an answer; every closed bucket is looked at. */
  readonly truthNs: number | null;
  /** A verdict after a bucket has closed, by the number of steps, in milliseconds. */
  readonly judgeMs: Readonly<Record<number, number>>;
  /** The state as JSON, KiB an arm, after all observations, by the number of steps. */
  readonly stateKib: Readonly<Record<number, number>>;
}

/** That of the issue, and the most that serin.yaml takes. */
const stepCounts = [3, 20, 50] as const;
const promisedSteps = 20;

/** Of so many requests one is learnt of: each look costs as much as a thousand observations. */
const learnsEvery = { whileJudging: 2, inState: 100 };

if (flags.help) {
  console.log(`Usage: npm run build && node dist/bench/judge/cost.js [flags]

Measures what the judge costs and writes bench/results/judge-cost.md and .json: CPU time to record an
observation, time to judge all checks, and the size of its state. Ends with 1 beyond
${limits.recordNs} ns an observation, ${limits.judgeMs} ms for ${promisedSteps} steps, or ${limits.stateKib} KiB an arm (${stepCounts.join(', ')} steps).

  --rounds N         of which the median is taken (9)
  --observations N   after which the state is measured (10000000)`);
} else {
  main();
}

function main(): void {
  const machine = describeMachine();
  const rounds = Number(flags.rounds);
  const observations = Number(flags.observations);
  const costs = kinds.map((kind) => {
    const cost = costOf(kind, rounds, observations);
    console.error(JSON.stringify(cost));
    return cost;
  });
  const beyond = costs.flatMap(problemsOf);
  const text = [
    '# What the judge costs',
    '',
    `\`npm run build && node dist/bench/judge/cost.js\`: ${machineInWords(machine)} Medians of ${rounds} rounds.`,
    '',
    `Promised: at most ${limits.recordNs} ns to record an observation, ${limits.judgeMs} ms to judge all checks of a rollout of ${promisedSteps} steps, ${limits.stateKib} KiB of state an arm after ${observations.toLocaleString('en')} observations.`,
    '',
    table(
      [
        'what is judged',
        'record (ns)',
        'a label and a pair (ns)',
        ...stepCounts.map((steps) => `judge, ${steps} steps (ms)`),
        ...stepCounts.map((steps) => `state, ${steps} steps (KiB an arm)`),
      ],
      costs.map(({ name, recordNs, truthNs, judgeMs, stateKib }) => [
        name,
        recordNs.toFixed(0),
        truthNs?.toFixed(0) ?? '–',
        ...stepCounts.map((steps) => (judgeMs[steps] ?? 0).toFixed(2)),
        ...stepCounts.map((steps) => (stateKib[steps] ?? 0).toFixed(1)),
      ]),
    ),
    '',
    'Recording is CPU time, and includes closing a bucket every 1,000 observations. A label and a pair are feedback on an answer and a shadow pair that was compared: the judge looks whenever 20 of them have come, and no user waits for it. Judging is a verdict after a bucket has closed: nothing is remembered from the one before. The state is what is written to the store, as JSON. 50 steps are the most that serin.yaml takes.',
    '',
    beyond.length === 0 ? 'All within what is promised.' : `**Beyond:** ${beyond.join('; ')}.`,
    '',
  ].join('\n');
  writeResults('judge-cost', text, { machine, limits, rounds, observations, costs, beyond });
  process.exitCode = beyond.length === 0 ? 0 : 1;
}

function costOf(kind: Kind, rounds: number, count: number): Cost {
  const timesOf = (measure: () => number): number =>
    median(Array.from({ length: rounds }, measure));
  const perSteps = (measure: (steps: number) => number): Record<number, number> =>
    Object.fromEntries(stepCounts.map((steps) => [steps, measure(steps)]));
  return {
    name: kind.name,
    recordNs: timesOf(() => nanosecondsToRecord(kind)),
    truthNs: kind.truth === undefined ? null : timesOf(() => nanosecondsOfTruth(kind)),
    judgeMs: perSteps((steps) => timesOf(() => millisecondsToJudge(kind, steps))),
    stateKib: perSteps((steps) => bytesOfState(kind, steps, count) / 1024 / 2),
  };
}

function problemsOf({ name, recordNs, judgeMs, stateKib }: Cost): string[] {
  const judgedIn = judgeMs[promisedSteps] ?? Infinity;
  return [
    ...(recordNs > limits.recordNs ? [`${name}: ${recordNs.toFixed(0)} ns to record`] : []),
    ...(judgedIn > limits.judgeMs ? [`${name}: ${judgedIn.toFixed(2)} ms to judge`] : []),
    ...stepCounts.flatMap((steps) => {
      const kib = stateKib[steps] ?? Infinity;
      return kib > limits.stateKib ? [`${name}: ${kib.toFixed(1)} KiB of ${steps} steps`] : [];
    }),
  ];
}

function nanosecondsToRecord({ settings, predictions, latencies }: Kind): number {
  const observations = drawObservations(100_000, predictions, latencies);
  const judge = Judge.open(settings);
  judge.beginStep({ kind: 'weight', share: 0.1, last: false }, 0);
  const started = process.cpuUsage();
  let nowMs = 0;
  let sinceTick = 0;
  for (let round = 0; round < 5; round += 1) {
    for (const one of observations) {
      judge.record(one);
      sinceTick += 1;
      if (sinceTick === 1000) {
        sinceTick = 0;
        nowMs += 1000;
        judge.tick(nowMs);
      }
    }
  }
  const { user, system } = process.cpuUsage(started);
  return ((user + system) * 1000) / (5 * observations.length);
}

/** Labels and pairs alone, in a rollout whose arms have had requests. */
function nanosecondsOfTruth(kind: Kind): number {
  const observations = drawObservations(20_000, kind.predictions, kind.latencies);
  const judge = Judge.open(kind.settings);
  judge.beginStep({ kind: 'weight', share: 0.1, last: false }, 0);
  for (const one of observations) judge.record(one);
  judge.tick(10_000);
  const started = process.cpuUsage();
  for (const [index, one] of observations.entries()) learn(judge, one, index, kind.truth);
  const { user, system } = process.cpuUsage(started);
  return ((user + system) * 1000) / observations.length;
}

/** One answer turns out right or wrong, and one copy is compared with the answer it copies. */
function learn(judge: Judge, { arm }: Observation, index: number, truth: Kind['truth']): void {
  switch (truth) {
    case undefined:
      return;
    case 'feedback':
      judge.recordFeedback(arm, index % 7 === 0 ? 0 : 1);
      break;
    case 'labelled pairs':
      judge.recordLabelledPair(index % 7 !== 0, index % 11 !== 0);
      break;
  }
  judge.recordPair(index % 23 !== 0);
}

function millisecondsToJudge(kind: Kind, steps: number): number {
  const { settings, predictions, latencies, truth } = kind;
  const judge = Judge.open({
    ...settings,
    settleMs: 0,
    bucket: { requestsPerArm: 1, durationMs: 1 },
  });
  const observations = drawObservations(20_000, predictions, latencies);
  let nowMs = 0;
  let next = 0;
  const fill = (requests: number): void => {
    for (let index = 0; index < requests; index += 1) {
      const one = observations[next % observations.length];
      next += 1;
      if (one === undefined) continue;
      judge.record({ ...one, startedAtMs: nowMs });
      if (next % learnsEvery.whileJudging === 0) learn(judge, one, next, truth);
    }
    nowMs += 1000;
  };
  for (let step = 0; step < steps; step += 1) {
    judge.beginStep({ kind: 'weight', share: 0.1, last: step === steps - 1 }, nowMs);
    for (let bucket = 0; bucket < 4; bucket += 1) {
      fill(400);
      judge.tick(nowMs);
    }
  }
  const times: number[] = [];
  for (let round = 0; round < 60; round += 1) {
    fill(400);
    const started = performance.now();
    judge.judge(nowMs);
    times.push(performance.now() - started);
  }
  return median(times);
}

function bytesOfState(
  { settings, predictions, latencies, truth }: Kind,
  steps: number,
  count: number,
): number {
  const judge = Judge.open(settings);
  const observations = drawObservations(100_000, predictions, latencies);
  const perStep = count / steps;
  let nowMs = 0;
  for (let step = 0; step < steps; step += 1) {
    judge.beginStep({ kind: 'weight', share: 0.1, last: step === steps - 1 }, nowMs);
    for (let index = 0; index < perStep; index += 1) {
      const one = observations[index % observations.length];
      if (one !== undefined) {
        judge.record({ ...one, startedAtMs: nowMs });
        if (index % learnsEvery.inState === 0) learn(judge, one, index, truth);
      }
      if (index % 1000 === 999) {
        nowMs += 1000;
        judge.tick(nowMs);
      }
    }
  }
  return Buffer.byteLength(JSON.stringify(judge.toState()));
}

function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
