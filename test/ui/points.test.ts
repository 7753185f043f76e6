import { expect, test } from 'vitest';
import type { PointBody } from '../../src/api/contract/rollouts.js';
import { mergedPoints, mostPoints } from '../../ui/data/points.js';

/** A point that ends at this second. */
function point(second: number, forSeconds = 1, requests = 10): PointBody {
  const arm = { requests, errors: 0, p50_ms: 1, p95_ms: 1, p99_ms: 1 };
  return {
    at: 1000 * second,
    for_ms: 1000 * forSeconds,
    step: 0,
    weight: 20,
    stable: arm,
    canary: arm,
    verdict: 'undecided',
    meter: 0,
    harm_log_e: 0,
    seen_share: null,
    checks: [],
  };
}

const secondsOf = (points: readonly PointBody[]) => points.map(({ at }) => at / 1000);

test('what a server that was killed had not stored stays in the charts of a page that saw it', () => {
  const own = [1, 2, 3, 4, 5, 6].map((second) => point(second));
  const stored = [1, 2, 3, 11, 12].map((second) => point(second));
  expect(secondsOf(mergedPoints(stored, own))).toEqual([1, 2, 3, 4, 5, 6, 11, 12]);
});

test('what the stream told while the answer was under way is kept', () => {
  expect(secondsOf(mergedPoints([point(1), point(2)], [point(2), point(3)]))).toEqual([1, 2, 3]);
  expect(secondsOf(mergedPoints([], [point(3)]))).toEqual([3]);
});

test('where the server has thinned out, nothing is counted twice', () => {
  const own = [1, 2, 3, 4, 5].map((second) => point(second));
  const thinned = [point(2, 2, 20), point(4, 2, 20)];
  const merged = mergedPoints(thinned, own);
  expect(secondsOf(merged)).toEqual([2, 4, 5]);
  expect(merged.reduce((sum, { stable }) => sum + stable.requests, 0)).toBe(50);
});

test('two clocks that differ by some milliseconds make no point twice', () => {
  const own = [{ ...point(2), for_ms: 1_013 }];
  expect(secondsOf(mergedPoints([point(1.004), point(2)], own))).toEqual([1.004, 2]);
});

test('a page never holds more than it can draw', () => {
  const own = Array.from({ length: mostPoints }, (_, second) => point(second));
  const merged = mergedPoints([point(-5), point(mostPoints + 5)], own);
  expect(merged).toHaveLength(mostPoints);
  expect(merged.at(-1)?.at).toBe(1000 * (mostPoints + 5));
});
