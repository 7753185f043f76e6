import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addToMoments, mergeMoments, momentsOf, noMoments, sampleVariance } from './moments.js';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 50 });

it('two halves put together are the whole', () => {
  fc.assert(
    fc.property(values, values, (left, right) => {
      const merged = mergeMoments(momentsOf(left), momentsOf(right));
      const whole = momentsOf([...left, ...right]);
      expect(merged.count).toBe(whole.count);
      expect(merged.mean).toBeCloseTo(whole.mean, 6);
      expect(merged.squares).toBeLessThanOrEqual(whole.squares * (1 + 1e-9) + 1e-3);
      expect(merged.squares).toBeGreaterThanOrEqual(whole.squares * (1 - 1e-9) - 1e-3);
    }),
  );
});

it('an arm of none or one has the variance 0', () => {
  expect(sampleVariance(noMoments())).toBe(0);
  expect(sampleVariance(momentsOf([7]))).toBe(0);
});

it('a spread of 1 around a billion is not lost', () => {
  expect(sampleVariance(momentsOf([1e9, 1e9 + 1, 1e9 + 2]))).toBeCloseTo(1, 9);
});

it.each([NaN, Infinity, -Infinity])(
  '%s is refused, and leaves the moments as they were',
  (value) => {
    const moments = momentsOf([1, 2]);
    expect(() => {
      addToMoments(moments, value);
    }).toThrow('finite');
    expect(moments).toEqual(momentsOf([1, 2]));
  },
);

it('values that overflow when they are squared are refused, and never become NaN', () => {
  const moments = momentsOf([1e308, 0]);
  expect(() => sampleVariance(moments)).toThrow('a sum of squares');
  expect(() => mergeMoments(moments, momentsOf([1]))).toThrow('a sum of squares');
});
