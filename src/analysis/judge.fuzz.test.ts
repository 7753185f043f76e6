import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Arm } from '../domain/arm.js';
import { SerinError } from '../domain/errors.js';
import { Outcome, type Observation } from '../domain/observation.js';
import { Judge, type JudgeState } from './judge.js';
import type { PartialJudgeSettings } from './read-judge-settings.js';

// Whatever it is told, the judge answers, or refuses with a SerinError; it never says NaN.

const wild = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, -1, 0, 1, 1e308, 5e-324) },
);
/** Sane most of the time, so that most stories get far; absurd often enough. */
const mostly = (low: number, high: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 60, arbitrary: fc.double({ min: low, max: high, noNaN: true }) },
    { weight: 1, arbitrary: wild },
  );
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const check = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  fc.option(fc.record(fields, { requiredKeys: [] }), { nil: null });

const eventCheck = check({
  weight: mostly(0, 1),
  ratio: mostly(1, 5),
  difference: mostly(0, 0.1),
  gate: fc.option(fc.record({ ratio: mostly(1, 5), difference: mostly(0, 0.1) }), { nil: null }),
});
const latencyCheck = check({
  weight: mostly(0, 1),
  tolerance: mostly(0, 2),
  gate: fc.option(mostly(0, 2), { nil: null }),
});
const settings = fc.record(
  {
    alpha: mostly(0.001, 0.5),
    tau: mostly(0.01, 1),
    promoteAfterRequests: mostly(0, 5000),
    bucket: fc.record({ requestsPerArm: fc.nat(30), durationMs: fc.nat(5000) }),
    settleMs: fc.nat(2000),
    sticky: fc.boolean(),
    latencyFloorMs: mostly(0.001, 1),
    latencyToleranceMs: mostly(0, 20),
    checks: fc.record(
      {
        errors: eventCheck,
        timeouts: eventCheck,
        latencyMean: latencyCheck,
        latencyP95: latencyCheck,
        latencyP99: latencyCheck,
        latencyTwiceP99: check({ weight: mostly(0, 1), tolerance: mostly(0, 2) }),
        predictions: check({
          weight: mostly(0, 1),
          tolerance: mostly(0, 1),
          gate: fc.boolean(),
          onlyWhereReadable: fc.boolean(),
        }),
        agreement: check({
          weight: mostly(0, 1),
          disagreement: mostly(0.001, 0.9),
          gate: fc.boolean(),
        }),
        feedback: check({
          weight: mostly(0, 1),
          measure: fc.constantFrom('accuracy', 'score', 'log-loss', 'labelled-pairs'),
          tolerance: mostly(0, 2),
          gate: fc.option(mostly(0, 2), { nil: null }),
        }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

const observation = fc.record({
  arm: fc.constantFrom(Arm.Stable, Arm.Canary),
  latencyMs: mostly(0, 1000),
  startedAtMs: fc.oneof({ weight: 60, arbitrary: fc.nat(100_000) }, { weight: 1, arbitrary: wild }),
  outcome: fc.constantFrom(Outcome.Ok, Outcome.Error, Outcome.Timeout),
  stickyHash: optional(mostly(0, 2 ** 32 - 1)),
  prediction: optional(
    fc.oneof(
      fc.record({ kind: fc.constant('class' as const), label: fc.string({ maxLength: 3 }) }),
      fc.record({ kind: fc.constant('score' as const), value: mostly(-10, 10) }),
    ),
  ),
});

type Seen = typeof observation extends fc.Arbitrary<infer One> ? One : never;

type Told =
  | { readonly does: 'step'; readonly kind: 'weight' | 'shadow'; share: number; last: boolean }
  | {
      readonly does: 'observe';
      readonly times: number;
      seen: Seen;
    }
  | {
      readonly does: 'pair' | 'labelled-pair';
      readonly agree: boolean;
      readonly times: number;
      readonly step: number | undefined;
    }
  | {
      readonly does: 'feedback';
      readonly arm: Arm;
      readonly value: number;
      readonly times: number;
      readonly step: number | undefined;
    }
  | { readonly does: 'wait'; readonly ms: number }
  | { readonly does: 'restart' };

const told: fc.Arbitrary<Told> = fc.oneof(
  fc.record({
    does: fc.constant('step' as const),
    kind: fc.constantFrom('weight' as const, 'shadow' as const),
    share: mostly(0.01, 0.99),
    last: fc.boolean(),
  }),
  {
    weight: 8,
    arbitrary: fc.record({
      does: fc.constant('observe' as const),
      times: fc.integer({ min: 20, max: 300 }),
      seen: observation,
    }),
  },
  fc.record({
    does: fc.constantFrom('pair' as const, 'labelled-pair' as const),
    agree: fc.boolean(),
    times: fc.nat(300),
    step: optional(fc.nat(3)),
  }),
  fc.record({
    does: fc.constant('feedback' as const),
    arm: fc.constantFrom(Arm.Stable, Arm.Canary),
    value: fc.oneof(mostly(-1, 1), fc.double()),
    times: fc.nat(60),
    step: optional(fc.nat(3)),
  }),
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('wait' as const), ms: mostly(0, 9000) }),
  },
  fc.record({ does: fc.constant('restart' as const) }),
);

it('whatever it is told, the judge answers or refuses, and never says NaN', () => {
  let judged = 0;
  fc.assert(
    fc.property(
      settings,
      fc.array(told, { minLength: 20, maxLength: 50, size: 'max' }),
      (given, story) => {
        let judge: Judge | undefined;
        allowSerinErrors(() => (judge = Judge.open(given as PartialJudgeSettings)));
        let nowMs = 0;
        judge?.beginStep({ kind: 'weight', share: 0.3, last: true }, nowMs);
        for (const one of story) {
          allowSerinErrors(() => {
            if (judge === undefined) return;
            if (one.does === 'wait') nowMs += one.ms;
            if (!Number.isFinite(nowMs)) nowMs = 0;
            judge = tell(judge, one, nowMs);
          });
          if (judge === undefined) continue;
          const verdict = judge.judge(nowMs);
          judged += verdict.judged.canary;
          expectNoNaN(verdict);
          expect(Math.abs(verdict.meter)).toBeLessThanOrEqual(100);
          expect(verdict.p).toBeGreaterThanOrEqual(0);
          expect(verdict.p).toBeLessThanOrEqual(1);
        }
        if (judge !== undefined) expectNoNaN(judge.toState());
      },
    ),
    // The first counterexample is enough: shrinking a story takes minutes.
    { numRuns: 60, endOnFailure: true },
  );
  // A story in which nothing is ever judged would prove nothing.
  expect(judged).toBeGreaterThan(10_000);
});

function tell(judge: Judge, one: Told, nowMs: number): Judge {
  switch (one.does) {
    case 'step':
      judge.beginStep(one, nowMs);
      return judge;
    case 'observe':
      for (let index = 0; index < one.times; index += 1) {
        const { stickyHash, prediction, ...seen } = one.seen;
        judge.record({
          ...seen,
          requestId: 'r' as Observation['requestId'],
          arm: index % 3 === 0 ? Arm.Canary : seen.arm,
          latencyMs: seen.latencyMs * (1 + index / 50),
          ...(stickyHash === undefined ? {} : { stickyHash: stickyHash + index }),
          ...(prediction === undefined ? {} : { prediction }),
        });
      }
      return judge;
    case 'pair':
      for (let index = 0; index < one.times; index += 1) judge.recordPair(one.agree);
      return judge;
    case 'labelled-pair':
      for (let index = 0; index < one.times; index += 1) {
        judge.recordLabelledPair(one.agree, index % 2 === 0, one.step);
      }
      return judge;
    case 'feedback':
      for (let index = 0; index < one.times; index += 1) {
        judge.recordFeedback(one.arm, one.value, one.step);
      }
      return judge;
    case 'wait':
      judge.tick(nowMs);
      return judge;
    case 'restart':
      return Judge.restore(JSON.parse(JSON.stringify(judge.toState())) as JudgeState);
  }
}

function allowSerinErrors(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof SerinError)) throw error;
    expect(['invalid-statistics-input', 'invalid-judge-settings']).toContain(error.code);
  }
}

function expectNoNaN(value: unknown, path = ''): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error(`${path} is ${value}`);
  } else if (typeof value === 'string') {
    if (/NaN|undefined|Infinity/.test(value)) throw new Error(`${path} says ${value}`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) expectNoNaN(inner, `${path}.${key}`);
  }
}
