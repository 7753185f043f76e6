import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareNaturally } from './natural-order.js';

it('orders versions as people count', () => {
  const ordered = [
    ...['1', 'v1.1', '1.9.0', '1.10.0-beta2', '1.10.0-rc1', '1.10.0', '1.10.0.1', 'v2', '10'],
    ...['2024-05-01', '2024-05-02', '2024-10-01', '20240101', 'alpha', 'beta', 'beta2', 'beta10'],
  ];
  expect(ordered.toReversed().toSorted(compareNaturally)).toEqual(ordered);
});

const name = fc.oneof(
  fc.stringMatching(/^v?\d{1,3}([.-]\d{1,2}){0,3}(-?(rc|beta)\d?)?$/),
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,6}$/),
);

it('is an order: equal only to itself, the same from both sides, without circles', () => {
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      expect(compareNaturally(a, a)).toBe(0);
      expect(compareNaturally(a, b) === 0).toBe(a === b);
      expect(Math.sign(compareNaturally(a, b)) + Math.sign(compareNaturally(b, a))).toBe(0);
      const [first, second, third] = [a, b, c].toSorted(compareNaturally);
      expect(compareNaturally(first!, second!)).toBeLessThanOrEqual(0);
      expect(compareNaturally(second!, third!)).toBeLessThanOrEqual(0);
      expect(compareNaturally(first!, third!)).toBeLessThanOrEqual(0);
    }),
  );
});
