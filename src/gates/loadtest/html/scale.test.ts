import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linearScale, logScale, ninesScale } from './scale.js';

const positive = fc.double({ min: 0.01, max: 1e6, noNaN: true });

test('every value has its place within a chart, and every tick, too', () => {
  fc.assert(
    fc.property(positive, positive, (a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      for (const scale of [linearScale(high), logScale(low, high)]) {
        for (const value of [low, high, ...scale.ticks]) {
          expect(scale.at(value)).toBeGreaterThanOrEqual(0);
          expect(scale.at(value)).toBeLessThanOrEqual(1 + 1e-9);
        }
        expect(scale.at(low)).toBeLessThanOrEqual(scale.at(high));
        expect(scale.ticks.length).toBeGreaterThan(1);
        expect(scale.ticks.length).toBeLessThan(12);
      }
    }),
  );
});

test('every further nine has as much room', () => {
  const { at, ticks } = ninesScale(0.999);
  expect(at(0.9)).toBeCloseTo(1 / 3, 9);
  expect(at(0.99)).toBeCloseTo(2 / 3, 9);
  expect(ticks).toEqual([0, 0.5, 0.9, 0.99, 0.999]);
});
