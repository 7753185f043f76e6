import { describe, expect, it } from 'vitest';
import { parseSerinYaml } from '../config/parse-serin-yaml.js';
import { Arm } from '../domain/arm.js';
import { CheckName, VerdictKind } from '../domain/evidence.js';
import { Outcome, type Observation } from '../domain/observation.js';
import { Random } from '../stats/random.js';
import { Judge } from './judge.js';
import { evidenceOf, half, judgeAfter, observation, start } from './simulation/judged.js';
import { harmlessScenario, strictTolerances } from './simulation/scenario.js';
import { simulateRollout } from './simulation/simulate-rollout.js';

// What a judge may be told that makes no sense, or that nobody thinks of: each has a defined answer, or
// is refused.

describe('what cannot be judged is refused, and counts nothing', () => {
  it.each([
    ['a negative latency', { latencyMs: -1 }],
    ['a latency that is no number', { latencyMs: NaN }],
    ['an infinite latency', { latencyMs: Infinity }],
    ['a latency of centuries', { latencyMs: 1e300 }],
    ['a score that is no number', { prediction: { kind: 'score', value: NaN } }],
    ['a time that is no number', { startedAtMs: NaN }],
    ['an arm that does not exist', { arm: 'blue' as Arm }],
    ['an outcome that does not exist', { outcome: 'great' as Outcome }],
  ] as [string, Partial<Observation>][])('%s', (_name, changes) => {
    const judge = Judge.open();
    judge.beginStep(half, start);
    const before = JSON.stringify(judge.toState());
    expect(() => judge.record(observation(changes))).toThrow('cannot be judged');
    expect(JSON.stringify(judge.toState())).toBe(before);
  });

  it.each([-0.1, 1.1, NaN])('a share of %d', (share) => {
    expect(() => Judge.open().beginStep({ kind: 'weight', share, last: false }, start)).toThrow(
      'the share of a step',
    );
  });

  it('a latency of 0 ms counts as the shortest that can be told', () => {
    const judge = Judge.open({ settleMs: 0 });
    judge.beginStep(half, start);
    for (const arm of [Arm.Stable, Arm.Canary]) {
      for (let index = 0; index < 50; index += 1) judge.record(observation({ arm, latencyMs: 0 }));
    }
    expect(judge.judge(start + 5000).judged).toEqual({ stable: 50, canary: 50 });
  });
});

describe('the clock', () => {
  it('stands still when the clock goes backwards', () => {
    const { judge, nowMs } = judgeAfter(3000);
    const before = judge.judge(nowMs);
    expect(judge.judge(nowMs - 3_600_000)).toEqual(before);
    judge.beginStep(half, nowMs - 3_600_000);
    expect(judge.judge(0).atMs).toBe(nowMs);
  });
});

describe('an arm', () => {
  it('with no requests leaves every check unmeasurable, and none safe', () => {
    const judge = Judge.open({ settleMs: 0, checks: { timeouts: {} } });
    judge.beginStep(half, start);
    for (let index = 0; index < 500; index += 1) {
      judge.record(observation({ startedAtMs: start + 10 * index }));
    }
    judge.beginStep(half, start + 5_000);
    const { evidence, mayPromote, kind, reasons } = judge.judge(start + 5_000);
    expect(evidence.map(({ verdict }) => verdict)).toEqual(Array(6).fill('unmeasurable'));
    for (const { harmLogE } of evidence) expect(harmLogE).toBeLessThanOrEqual(0);
    expect({ kind, mayPromote }).toEqual({ kind: VerdictKind.Unmeasurable, mayPromote: false });
    expect(reasons[0]).toMatch(/^the canary gets 0% of the requests and should get 50%/);
    expect(judge.judge(start + 66_000)).toMatchObject({
      kind: VerdictKind.Unmeasurable,
      reasons: ['no requests for 61 s'],
    });
  });

  it('without requests has no share and no odds in any sentence', () => {
    const feedback = { measure: 'labelled-pairs', tolerance: 0.25 } as const;
    const judge = Judge.open({
      checks: { timeouts: {}, predictions: {}, agreement: {}, feedback },
    });
    judge.beginStep(half, start);
    const sentences = judge.judge(start).evidence.map(({ sentence }) => sentence);
    expect(sentences).toHaveLength(9);
    expect(sentences.filter((sentence) => /%|\d : \d/.test(sentence))).toEqual([]);
  });

  it.each([
    [[], /^errors: no request has been compared$/],
    [[Arm.Stable], /^0% of stable's requests fail, and none of the canary's has been compared/],
    [[Arm.Canary], /^0% of the canary's requests fail, and none of stable's has been compared/],
    [[Arm.Stable, Arm.Canary], /^0% of the canary's requests fail, 0% of stable's/],
  ])('without requests has no share that fails: of %j', (ofArms, says) => {
    const judge = Judge.open({ settleMs: 0 });
    judge.beginStep(half, start);
    for (const arm of ofArms) judge.record(observation({ arm }));
    judge.beginStep(half, start + 5_000);
    expect(evidenceOf(judge, start + 5_000, CheckName.Errors).sentence).toMatch(says);
  });

  it.each([
    [0, Arm.Stable, 'the canary gets no requests in this step'],
    [1, Arm.Canary, 'stable gets no requests in this step'],
  ])(
    'with a share of %d cannot be compared, and what it does counts for nothing',
    (share, arm, why) => {
      const judge = Judge.open({ settleMs: 0 });
      judge.beginStep({ kind: 'weight', share, last: false }, start);
      for (let index = 0; index < 500; index += 1) {
        const startedAtMs = start + 10 * index;
        judge.record(observation({ arm, startedAtMs, outcome: Outcome.Error }));
      }
      const verdict = judge.judge(start + 10_000);
      expect(verdict).toMatchObject({ kind: VerdictKind.Unmeasurable, reasons: [why] });
      judge.beginStep(half, start + 10_000);
      expect(judge.judge(start + 10_000).harmLogE).toBeCloseTo(0, 9);
    },
  );
});

it('a bucket of one request says nothing of means, and counts its event', () => {
  const judge = Judge.open({ settleMs: 0 });
  judge.beginStep(half, start);
  judge.record(observation({ arm: Arm.Canary, latencyMs: 60_000, outcome: Outcome.Error }));
  judge.beginStep(half, start + 10);
  const { evidence, kind } = judge.judge(start + 10);
  const of = (name: CheckName) => evidence.find(({ check }) => check === name)!;
  expect(kind).toBe(VerdictKind.Undecided);
  expect(of(CheckName.LatencyMean).harmLogE).toBe(0);
  expect(of(CheckName.LatencyMean).sentence).toContain('has 0 and 0');
  expect(of(CheckName.Errors).samples).toEqual({ stable: 0, canary: 1 });
  expect(of(CheckName.Errors).sentence).toMatch(
    /^100% of the canary's requests fail, and none of stable's has been compared/,
  );
});

describe('weights', () => {
  it.each([
    ['that sum to more than 1 are scaled down, so that alpha holds', 5, 1],
    ['that sum to less are kept, so that harm needs more evidence', 0.01, 0.05],
  ])('%s', (_what, weight, sum) => {
    const checks = {
      errors: { weight },
      latencyMean: { weight },
      latencyP95: { weight },
      latencyP99: { weight },
      latencyTwiceP99: { weight },
    };
    const { judge, nowMs } = judgeAfter(4_000, { latencyFactor: 2 }, { checks });
    const { evidence, harmLogE, kind } = judge.judge(nowMs);
    const weights = evidence.map((one) => one.weight);
    expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(sum, 12);
    expect(kind).toBe(VerdictKind.Harm);
    const largest = Math.max(...evidence.map((one) => one.harmLogE + Math.log(one.weight)));
    expect(harmLogE).toBeGreaterThanOrEqual(largest);
    expect(harmLogE).toBeLessThan(largest + Math.log(5));
  });
});

describe('a tolerance of 0', () => {
  const outcomes = (latencyFactor: number) =>
    Array.from(
      { length: 8 },
      (_, seed) =>
        simulateRollout({ ...harmlessScenario, latencyFactor }, seed, strictTolerances).outcome,
    );

  it('takes a slowness for harm that would be tolerated otherwise', () => {
    expect(outcomes(1.05)).toEqual(Array(8).fill('rolled-back'));
  });

  it('is no reason to roll a harmless canary back', () => {
    expect(outcomes(1)).not.toContain('rolled-back');
  });
});

it('a rollout of 1,000 steps is judged, one step more is refused', () => {
  const first = Judge.open({ settleMs: 0, bucket: { requestsPerArm: 0, durationMs: 1 } });
  const serve = (judge: Judge, at: number): void => {
    judge.beginStep(half, at);
    for (const arm of [Arm.Stable, Arm.Canary, Arm.Stable, Arm.Canary]) {
      judge.record(observation({ arm, startedAtMs: at, latencyMs: 20 }));
    }
  };
  serve(first, start);
  first.tick(start + 10);
  // A judge looks after each step: what it knows after 999 of them comes sooner from its state.
  const state = first.toState();
  const steps = Array.from({ length: 999 }, () => state.memory.steps[0]!);
  const judge = Judge.restore({ ...state, memory: { ...state.memory, steps } });
  serve(judge, start + 10_000);
  const verdict = judge.judge(start + 20_000);
  expect(verdict.judged).toEqual({ stable: 2000, canary: 2000 });
  expect(Number.isFinite(verdict.harmLogE)).toBe(true);
  expect(() => judge.beginStep(half, start + 30_000)).toThrow('at most 1000 steps');
});

it('a rollout file with 1,000 steps is refused, as each step costs room for ever', () => {
  const steps = Array.from({ length: 1_000 }, (_, index) => `  - weight: ${(index + 1) / 20}`);
  const text = `model: churn\nstable: a\ncanary: b\nsteps:\n${steps.join('\n')}\n`;
  expect(() => parseSerinYaml(text, 'serin.yaml')).toThrow('a list of 1 to 50 steps');
});

describe('predictions', () => {
  const settings = { checks: { predictions: {} } };
  it('of 10,000 classes have an answer, and a state that stays small', () => {
    const random = new Random(6);
    const { judge, nowMs } = judgeAfter(20_000, {}, settings, () => ({
      prediction: { kind: 'class', label: `class ${Math.floor(10_000 * random.uniform())}` },
    }));
    const evidence = judge
      .judge(nowMs)
      .evidence.find(({ check }) => check === CheckName.Predictions)!;
    expect(evidence.samples.canary + evidence.samples.stable).toBeGreaterThan(19_000);
    expect(Number.isFinite(evidence.shown['psi'])).toBe(true);
    expect(JSON.stringify(judge.toState()).length).toBeLessThan(2 * 64 * 1024);
  });
});
