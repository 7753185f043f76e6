import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arm } from '../domain/arm.js';
import { Outcome, type Observation } from '../domain/observation.js';
import type { BucketSummary } from '../domain/summary.js';
import { Random } from '../stats/random.js';
import { Bucket } from './bucket.js';
import type { BucketFrame } from './bucket-frame.js';
import { Vocabulary } from './vocabulary.js';

const frame: BucketFrame = {
  openedAtMs: 0,
  slowStable: [3, 4, 5, 3, 4],
  slowCanary: [3.1, 4.2, 5.2, 3.2, 4.7],
  vocabulary: new Vocabulary(['cat', 'dog', '__proto__']),
  unusualClasses: [true, false, false, true],
  scoreEdges: [0.2, 0.5, 0.8],
  unusualCells: [false, true, true, false],
  latencyFloorMs: 0.01,
  sticky: true,
};

const prediction = fc.oneof(
  fc.record({
    kind: fc.constant('class' as const),
    label: fc.constantFrom('cat', 'dog', '__proto__', 'constructor', 'cow', 'a'.repeat(99)),
  }),
  fc.record({
    kind: fc.constant('score' as const),
    value: fc.double({ min: -5, max: 5, noNaN: true }),
  }),
);

const observation: fc.Arbitrary<Observation> = fc
  .record({
    arm: fc.constantFrom(Arm.Stable, Arm.Canary),
    latencyMs: fc.double({ min: 0, max: 1e5, noNaN: true }),
    outcome: fc.constantFrom(Outcome.Ok, Outcome.Error, Outcome.Timeout),
    prediction: fc.option(prediction, { nil: undefined }),
    stickyHash: fc.option(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { nil: undefined }),
    requestId: fc.uuid().map((id) => id as Observation['requestId']),
  })
  .map(({ prediction: seen, ...rest }) => ({
    ...rest,
    startedAtMs: 0,
    ...(seen === undefined ? {} : { prediction: seen }),
  }));

const observations = fc.array(observation, { maxLength: 80 });

function bucketOf(seen: readonly Observation[], by = frame): Bucket {
  const bucket = new Bucket(by);
  for (const one of seen) bucket.record(one);
  return bucket;
}

/** Sums of floating point numbers depend on their order in the last digits; nothing else does. */
function rounded(summary: BucketSummary): unknown {
  return JSON.parse(
    JSON.stringify(summary, (_key, value: unknown) =>
      typeof value === 'number' ? Number(value.toPrecision(9)) : value,
    ),
  ) as unknown;
}

function numbersIn(value: unknown): number {
  if (typeof value === 'number') return 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, inner) => sum + numbersIn(inner), 0);
}

/** What is counted: of sums of latencies, which `expectSameSums` compares, only over how many. */
function countsOf(summary: BucketSummary): unknown {
  const bare = (arm: BucketSummary['stable']): unknown => ({
    ...arm,
    logLatency: arm.logLatency.count,
    groups: { ...arm.groups, logLatency: arm.groups!.logLatency.length },
  });
  return rounded({
    ...summary,
    stable: bare(summary.stable),
    canary: bare(summary.canary),
  } as never);
}

function expectSameSums(seen: BucketSummary['stable'], wanted: BucketSummary['stable']): void {
  expect(seen.logLatency.mean).toBeCloseTo(wanted.logLatency.mean, 8);
  expect(seen.logLatency.squares).toBeCloseTo(wanted.logLatency.squares, 6);
  const sums = (arm: BucketSummary['stable']): readonly number[] => arm.groups!.logLatency;
  for (const [group, sum] of sums(wanted).entries()) {
    expect(sums(seen)[group], `group ${group}`).toBeCloseTo(sum, 8);
  }
}

describe('a bucket', () => {
  it('is the same whether one collector saw all of it or two saw a part each', () => {
    fc.assert(
      fc.property(observations, observations, (left, right) => {
        const merged = bucketOf(left);
        merged.merge(bucketOf(right));
        const whole = bucketOf([...left, ...right]).toSummary();
        const both = merged.toSummary();
        expect(countsOf(both)).toEqual(countsOf(whole));
        for (const arm of ['stable', 'canary'] as const) expectSameSums(both[arm], whole[arm]);
      }),
    );
  });

  it('with more new classes than it notes counts each request once all the same', () => {
    const ofLabels = (from: number, to: number): Observation[] =>
      Array.from({ length: to - from }, (_, index) => ({
        arm: Arm.Canary,
        latencyMs: 1,
        startedAtMs: 0,
        outcome: Outcome.Ok,
        requestId: `r${from + index}` as Observation['requestId'],
        prediction: { kind: 'class', label: `class ${from + index}` } as const,
      }));
    const merged = bucketOf(ofLabels(0, 100));
    merged.merge(bucketOf(ofLabels(50, 150)));
    const { predictions } = merged.toSummary().canary;
    const noted = Object.values(predictions.unknown).reduce((sum, count) => sum + count, 0);
    expect(noted + predictions.other).toBe(200);
    expect(predictions.predicted).toBe(200);
    expect(Object.keys(predictions.unknown)).toHaveLength(64);
  });

  it('comes back from JSON as it was, and goes on as it would have', () => {
    fc.assert(
      fc.property(observations, observations, (before, after) => {
        const bucket = bucketOf(before);
        const json = JSON.parse(JSON.stringify(bucket.toSummary())) as BucketSummary;
        const restored = Bucket.fromSummary(json);
        for (const one of after) {
          bucket.record(one);
          restored.record(one);
        }
        expect(restored.toSummary()).toEqual(bucket.toSummary());
      }),
    );
  });

  it('is as small after a million requests as after a thousand', () => {
    const summaryAfter = (requests: number): BucketSummary => {
      const random = new Random(5);
      const bucket = new Bucket(frame);
      for (let index = 0; index < requests; index += 1) {
        bucket.record({
          requestId: 'r' as Observation['requestId'],
          startedAtMs: 0,
          arm: random.happens(0.5) ? Arm.Canary : Arm.Stable,
          latencyMs: Math.exp(3 + random.normal() / 2),
          outcome: Outcome.Ok,
          prediction: { kind: 'class', label: `class ${Math.floor(random.uniform() * 10_000)}` },
          stickyHash: random.bits(),
        });
      }
      return bucket.toSummary();
    };
    const [thousand, million] = [summaryAfter(1_000), summaryAfter(1_000_000)];
    expect(million.stable.requests + million.canary.requests).toBe(1_000_000);
    // A thousand times as many requests: a few more bins at the ends of the sketches, and more digits.
    expect(numbersIn(million)).toBeLessThan(1.5 * numbersIn(thousand));
    expect(JSON.stringify(million).length).toBeLessThan(2 * JSON.stringify(thousand).length);
  });

  it('counts every prediction once, also with more classes than it can tell apart', () => {
    const bucket = new Bucket(frame);
    for (let index = 0; index < 10_000; index += 1) {
      bucket.record({
        requestId: 'r' as Observation['requestId'],
        startedAtMs: 0,
        arm: Arm.Canary,
        latencyMs: 1,
        outcome: Outcome.Ok,
        prediction: { kind: 'class', label: `class ${index}` },
      });
    }
    const { predictions } = bucket.toSummary().canary;
    const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
    expect(Object.keys(predictions.unknown)).toHaveLength(64);
    expect(
      sum(predictions.known) + sum(Object.values(predictions.unknown)) + predictions.other,
    ).toBe(10_000);
  });

  it('is not merged with one that counted by another frame', () => {
    const other = bucketOf([], { ...frame, slowStable: [3, 4, 5, 3, 4.5] });
    expect(() => bucketOf([]).merge(other)).toThrow('counted by the same frame');
  });

  it('is refused in the form of another version', () => {
    const summary = { ...bucketOf([]).toSummary(), version: 2 as unknown as 1 };
    expect(() => Bucket.fromSummary(summary)).toThrow('version 1');
  });
});
