import { describe, expect, test } from 'vitest';
import { Arm } from '../domain/arm.js';
import type { RequestId } from '../domain/ids.js';
import { Outcome } from '../domain/observation.js';
import type { ComparedPair } from '../serving/gateway/shadow-pair.js';
import { Random } from '../stats/random.js';
import { PairDifferences } from './pair-differences.js';

test('a canary that takes a tenth longer on every request is 1.1, however unlike the requests are', () => {
  const differences = new PairDifferences();
  for (let n = 0; n < 600; n += 1) differences.count(pairOf({ ms: 2 ** (n % 10), times: 1.1 }));
  const { ratio, low, high, pairs } = differences.latencyRatio() ?? {};
  expect(pairs).toBe(600);
  expect(ratio).toBeCloseTo(1.1, 12);
  expect(low).toBeGreaterThan(1.09);
  expect(high).toBeLessThan(1.11);
});

test.each([
  ['independent of each other', 0],
  ['alike for a second at a time', 0.9],
])('the bounds hold at every moment in nearly all streams of pairs that are %s', (_, memory) => {
  const random = new Random(7);
  let left = 0;
  for (let stream = 0; stream < 60; stream += 1) {
    const differences = new PairDifferences();
    let [noise, holds] = [0, true];
    for (let n = 0; n < 1_000; n += 1) {
      noise = memory * noise + 0.3 * random.normal();
      differences.count(pairOf({ ms: 10, times: 1.2 * Math.exp(noise) }));
      if (n % 50 > 0) continue;
      const { low = 0, high = Infinity } = differences.latencyRatio() ?? {};
      holds &&= low <= 1.2 && high >= 1.2;
    }
    if (!holds) left += 1;
  }
  expect(left).toBeLessThanOrEqual(6);
});

test('a few pairs have a typical latency, and no bounds yet', () => {
  const differences = new PairDifferences();
  expect(differences.latencyRatio()).toBeUndefined();
  differences.count(pairOf({ ms: 5, times: 2 }));
  expect(differences.latencyRatio()).toEqual({ pairs: 1, ratio: expect.closeTo(2, 12) as number });
});

test('failures are told apart by whose they were, and how long they took counts for nothing', () => {
  const differences = new PairDifferences();
  const { Ok, Error, Timeout } = Outcome;
  const ended = [
    [Ok, Ok],
    [Ok, Error],
    [Ok, Timeout],
    [Error, Ok],
    [Timeout, Error],
  ] as const;
  for (const [stable, canary] of ended) {
    differences.count(pairOf({ ms: 1, times: 1_000, stable, canary }));
  }
  expect(differences.failures).toEqual({ neither: 1, onlyCanary: 2, onlyStable: 1, both: 1 });
  expect(differences.latencyRatio()?.pairs).toBe(1);
});

test('numbers are so far apart on average, and at most', () => {
  const differences = new PairDifferences();
  for (const absolute of [0.1, 0.4, 0.1]) {
    differences.count(pairOf({ difference: { absolute, relative: absolute / 2 } }));
  }
  differences.count(pairOf({}));
  expect(differences.absolute).toMatchObject({ moments: { count: 3 }, largest: 0.4 });
  expect(differences.absolute.moments.mean).toBeCloseTo(0.2, 12);
  expect(differences.relative.moments.mean).toBeCloseTo(0.1, 12);
});

describe('after a restart', () => {
  test('everything goes on from where it was saved', () => {
    const whole = new PairDifferences();
    const before = new PairDifferences();
    const difference = { absolute: 0.2, relative: 0.1 };
    for (let n = 0; n < 400; n += 1) {
      whole.count(pairOf({ ms: n + 1, times: 1.5, difference }));
      if (n < 225) before.count(pairOf({ ms: n + 1, times: 1.5, difference }));
    }
    const saved = JSON.stringify(before.toState());
    const after = new PairDifferences(JSON.parse(saved) as ReturnType<typeof before.toState>);
    for (let n = 225; n < 400; n += 1) after.count(pairOf({ ms: n + 1, times: 1.5, difference }));
    expect(after.toState()).toEqual(whole.toState());
    expect(JSON.stringify(before.toState())).toBe(saved);
  });
});

function pairOf({
  ms = 1,
  times = 1,
  stable = Outcome.Ok,
  canary = Outcome.Ok,
  difference,
}: {
  readonly ms?: number;
  readonly times?: number;
  readonly stable?: Outcome;
  readonly canary?: Outcome;
  readonly difference?: ComparedPair['difference'];
}): ComparedPair {
  const seen = { requestId: 'r' as RequestId, startedAtMs: 0 };
  return {
    stable: { ...seen, arm: Arm.Stable, latencyMs: ms, outcome: stable },
    canary: { ...seen, arm: Arm.Canary, latencyMs: ms * times, outcome: canary },
    agree: undefined,
    difference,
  };
}
