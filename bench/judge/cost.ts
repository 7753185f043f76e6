/**
 * What the judge costs: nanoseconds to record an observation, microseconds to judge all checks of a
 * rollout of 20 steps, bytes of state after ten million observations. CPU time, medians of several
 * rounds.
 *
 *     npm run build && node dist/bench/judge/cost.js
 */
import { Judge } from '../../src/analysis/judge.js';
import { Arm } from '../../src/domain/arm.js';
import { Outcome, type Observation } from '../../src/domain/observation.js';
import { Random } from '../../src/stats/random.js';
import type { PartialJudgeSettings } from '../../src/analysis/read-judge-settings.js';

const everything: PartialJudgeSettings = {
  sticky: true,
  checks: { timeouts: {}, predictions: {}, agreement: {}, feedback: {} },
};

console.log(`${process.version}, ${process.arch}\n`);
const cases: [string, PartialJudgeSettings, 'none' | 'class' | 'score'][] = [
  ['defaults', {}, 'none'],
  ['with classes', { checks: { predictions: {} } }, 'class'],
  ['with scores', { checks: { predictions: {} } }, 'score'],
  ['everything, sticky, classes', everything, 'class'],
];
for (const [name, settings, predictions] of cases) {
  const observations = drawn(100_000, predictions);
  const recorded = median(
    Array.from({ length: 9 }, () => nanosecondsToRecord(settings, observations)),
  );
  console.log(`record, ${name}: ${recorded.toFixed(0)} ns an observation`);
}
for (const steps of [3, 20, 100]) {
  for (const [name, settings] of [
    ['defaults', {}],
    ['every check', everything],
  ] as const) {
    const judged = median(Array.from({ length: 9 }, () => microsecondsToJudge(settings, steps)));
    console.log(`judge, ${steps} steps, ${name}: ${judged.toFixed(0)} µs`);
  }
}
for (const [name, settings, predictions] of cases) {
  const kib = stateAfter(10_000_000, settings, predictions) / 1024;
  console.log(
    `state, 20 steps, 10,000,000 observations, ${name}: ${(kib / 2).toFixed(1)} KiB an arm`,
  );
}

function drawn(count: number, predictions: 'none' | 'class' | 'score'): Observation[] {
  const random = new Random(1);
  return Array.from({ length: count }, (_, index) => ({
    requestId: 'r' as Observation['requestId'],
    startedAtMs: index / 10,
    arm: random.happens(0.1) ? Arm.Canary : Arm.Stable,
    latencyMs: Math.exp(3 + random.normal() / 2),
    outcome: random.happens(0.005) ? Outcome.Error : Outcome.Ok,
    stickyHash: random.bits(),
    ...(predictions === 'class'
      ? { prediction: { kind: 'class', label: `class ${Math.floor(10 * random.uniform())}` } }
      : predictions === 'score'
        ? { prediction: { kind: 'score', value: random.uniform() } }
        : {}),
  }));
}

/** With a tick every 1,000 observations, so that closing buckets is paid for as well. */
function nanosecondsToRecord(
  settings: PartialJudgeSettings,
  observations: readonly Observation[],
): number {
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

/** A judgement after a bucket has closed: nothing is remembered from the one before. */
function microsecondsToJudge(settings: PartialJudgeSettings, steps: number): number {
  const judge = Judge.open({
    ...settings,
    settleMs: 0,
    bucket: { requestsPerArm: 1, durationMs: 1 },
  });
  const observations = drawn(20_000, 'class');
  let nowMs = 0;
  let next = 0;
  const fill = (requests: number): void => {
    for (let index = 0; index < requests; index += 1) {
      const one = observations[next % observations.length];
      next += 1;
      if (one !== undefined) judge.record({ ...one, startedAtMs: nowMs });
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
    times.push((performance.now() - started) * 1000);
  }
  return median(times);
}

function stateAfter(
  count: number,
  settings: PartialJudgeSettings,
  predictions: 'none' | 'class' | 'score',
): number {
  const judge = Judge.open(settings);
  const observations = drawn(100_000, predictions);
  const perStep = count / 20;
  let nowMs = 0;
  for (let step = 0; step < 20; step += 1) {
    judge.beginStep({ kind: 'weight', share: 0.1, last: step === 19 }, nowMs);
    for (let index = 0; index < perStep; index += 1) {
      const one = observations[index % observations.length];
      if (one !== undefined) judge.record({ ...one, startedAtMs: nowMs });
      if (index % 1000 === 999) {
        nowMs += 1000;
        judge.tick(nowMs);
      }
    }
  }
  return JSON.stringify(judge.toState()).length;
}

function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
