import { describe, expect, test } from 'vitest';
import { growthOf } from '../../bench/serving/growth.js';

/** Ten samples of something that has 100 at first, and more with every sample. */
function leaking(perSample: number): number[] {
  return Array.from({ length: 10 }, (_, at) => 100 + perSample * at);
}

describe('growth of memory', () => {
  test('is seen where every request leaks', () => {
    expect(growthOf(leaking(5)).share).toBeCloseTo(20 / 117.5);
  });

  test('is none where one sample is far out, wherever it stands', () => {
    for (let at = 0; at < 10; at += 1) {
      const samples = leaking(0).with(at, 180);
      expect(growthOf(samples)).toEqual({ from: 100, to: 100, share: 0 });
    }
  });

  test('does not count how a server fills its caches at first', () => {
    expect(growthOf([20, 60, ...leaking(0).slice(2)]).share).toBe(0);
  });

  test('is not known of too few samples, or of a process that is gone', () => {
    expect(growthOf([1, 2, 3]).share).toBeNaN();
    expect(growthOf(leaking(0).with(9, NaN).with(8, NaN).with(7, NaN)).share).toBeNaN();
  });
});
