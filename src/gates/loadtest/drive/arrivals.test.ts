import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arrivals, arrivalsOf } from './arrivals.js';

const stretch = fc.record({
  from: fc.double({ min: 0, max: 2000, noNaN: true }),
  to: fc.double({ min: 1, max: 2000, noNaN: true }),
  durationMs: fc.integer({ min: 10, max: 20_000 }),
});

describe('requests of an open loop are due', () => {
  test('evenly where the rate is constant', () => {
    const arrivals = arrivalsOf({ kind: 'open', fromPerSecond: 100, toPerSecond: 100 }, 0, 1_000);
    expect(arrivals.count).toBe(100);
    expect(arrivals.dueAtMs(0)).toBe(0);
    expect(arrivals.dueAtMs(1)).toBeCloseTo(10, 9);
    expect(arrivals.dueAtMs(99)).toBeCloseTo(990, 9);
  });

  test('ever faster on a ramp: half of them come in the last 29% of the time', () => {
    const ramp = new Arrivals([{ from: 0, to: 200, durationMs: 10_000 }]);
    expect(ramp.count).toBe(1000);
    expect(ramp.dueAtMs(500)).toBeCloseTo(10_000 * Math.SQRT1_2, 6);
  });

  test('in order, within the time, and as many as the rate says, on any ramp', () => {
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 3 }), (stretches) => {
        const arrivals = new Arrivals(stretches);
        const due = Array.from({ length: Math.min(arrivals.count, 500) }, (_, k) =>
          arrivals.dueAtMs(k),
        );
        for (const [k, ms] of due.entries()) {
          expect(ms).toBeGreaterThanOrEqual(k === 0 ? 0 : due[k - 1]! - 1e-6);
          expect(ms).toBeLessThanOrEqual(arrivals.durationMs + 1e-6);
        }
        const whole = arrivals.countBetween(0, arrivals.durationMs);
        expect(whole).toBe(arrivals.count);
        const middle = arrivals.durationMs / 3;
        const parts =
          arrivals.countBetween(0, middle) + arrivals.countBetween(middle, arrivals.durationMs);
        expect(parts).toBe(whole);
      }),
    );
  });
});
