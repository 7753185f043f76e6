import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PointBody } from '../../src/api/contract/rollouts.js';
import { GrowingColumns } from '../../ui/charts/columns.js';
import { logTicks } from '../../ui/charts/log-ticks.js';
import { rangeOf } from '../../ui/charts/range.js';

const readings = [
  (point: PointBody) => point.meter,
  (point: PointBody) => (point.weight > 50 ? null : point.weight),
];

function pointAt(at: number, value: number): PointBody {
  const arm = { requests: 1, errors: 0, p50_ms: 1, p95_ms: 1, p99_ms: 1 };
  return {
    at,
    for_ms: 1_000,
    step: 0,
    weight: value,
    stable: arm,
    canary: arm,
    verdict: 'undecided',
    meter: value,
    harm_log_e: 0,
    seen_share: null,
    checks: [],
  };
}

const timelines = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 9_000 }), fc.integer({ min: 0, max: 100 })), {
    minLength: 1,
    maxLength: 60,
  })
  .map((gaps) => {
    let at = 0;
    return gaps.map(([gap, value]) => pointAt((at += gap), value));
  });

test('a chart that grew point by point draws what one that was drawn at once does', () => {
  fc.assert(
    fc.property(timelines, fc.array(fc.nat(60)), (points, cuts) => {
      const growing = new GrowingColumns(readings);
      for (const cut of cuts.sort((a, b) => a - b)) growing.of(points.slice(0, cut));
      expect(growing.of(points)).toEqual(new GrowingColumns(readings).of(points));
    }),
  );
});

test('a chart whose points were thinned out meanwhile draws the new ones', () => {
  fc.assert(
    fc.property(timelines, timelines, (before, after) => {
      const growing = new GrowingColumns(readings);
      growing.of(before);
      expect(growing.of(after)).toEqual(new GrowingColumns(readings).of(after));
    }),
  );
});

test('where nothing was measured for a while, the line is broken', () => {
  const points = [pointAt(1_000, 1), pointAt(2_000, 2), pointAt(60_000, 3)];
  const [times, meters] = new GrowingColumns(readings).of(points);
  expect(meters).toEqual([1, 2, null, 3]);
  expect(times).toEqual([1, 2, 2.001, 60]);
});

test('among ten thousand values one outlier does not make the axis of differences as wide as the world', () => {
  const values = Array.from({ length: 10_000 }, (_, i) => i % 101);
  const [low, high] = rangeOf({ axis: 'free' }, [values, values.with(5_000, 1e9)]);
  expect(low).toBeLessThanOrEqual(0);
  expect(high).toBeGreaterThan(80);
  expect(high).toBeLessThan(120);
});

test('a ratio that is hardly known yet makes no axis without an end', () => {
  const values = [1e-300, 1e-40, 1, 7, 1e250];
  const [low, high] = rangeOf({ axis: 'log' }, [values, values]);
  expect(low).toBeGreaterThanOrEqual(1e-3);
  expect(high).toBeLessThanOrEqual(1e3);
});

test('a logarithmic axis has some lines, one of them at 1, however long it is', () => {
  expect(logTicks(0.4, 3)).toEqual([0.5, 1, 2]);
  expect(logTicks(0.001, 1000)).toEqual([0.001, 0.01, 0.1, 1, 10, 100, 1000]);
  const power = fc.double({ min: -300, max: 300, noNaN: true });
  fc.assert(
    fc.property(power, power, (a, b) => {
      const [min, max] = [10 ** Math.min(a, b, 0), 10 ** Math.max(a, b, 0)];
      const ticks = logTicks(min, max);
      expect(ticks).toContain(1);
      expect(ticks.length).toBeLessThan(9);
    }),
  );
});

test('an axis of counts goes from zero past the largest of them, and past what it is compared with', () => {
  const values = Array.from({ length: 10_000 }, (_, i) => (i === 77 ? 500 : 1));
  expect(rangeOf({ axis: 'from-zero' }, [values, values])[1]).toBeGreaterThan(500);
  const levels = [{ at: 900 }];
  expect(rangeOf({ axis: 'from-zero', levels }, [values, values])[1]).toBeGreaterThan(900);
  expect(rangeOf({ axis: 'from-zero' }, [[], []])).toEqual([0, 1]);
});
