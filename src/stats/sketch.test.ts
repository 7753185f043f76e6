import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kolmogorovSmirnovTest } from './kolmogorov-smirnov.js';
import { Random } from './random.js';
import { QuantileSketch, sketchOf } from './sketch.js';

const magnitude = fc.oneof(
  fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
  fc.double({ min: 0.97, max: 1.03, noNaN: true }),
);
const value = fc.oneof(
  magnitude,
  magnitude.map((size) => -size),
  fc.constant(0),
);
const values = fc.array(value, { minLength: 1, maxLength: 60 });

describe('a quantile sketch', () => {
  it('gives quantiles within 1% of the true ones', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const sorted = [...all].sort((a, b) => a - b);
        const truth = sorted[Math.floor(share * (all.length - 1))]!;
        const seen = sketchOf(all).quantile(share)!;
        expect(Math.abs(seen - truth)).toBeLessThanOrEqual(0.0101 * Math.abs(truth));
      }),
    );
  });

  it('is the same whether one collector saw everything or two saw a part each', () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        const merged = sketchOf(left);
        merged.merge(sketchOf(right));
        expect(merged.toSummary()).toEqual(sketchOf([...left, ...right]).toSummary());
      }),
    );
  });

  it('comes back from JSON as it was, and goes on as it would have', () => {
    fc.assert(
      fc.property(values, values, (before, after) => {
        const sketch = sketchOf(before);
        const restored = QuantileSketch.fromSummary(
          JSON.parse(JSON.stringify(sketch.toSummary())) as ReturnType<QuantileSketch['toSummary']>,
        );
        for (const one of after) {
          sketch.add(one);
          restored.add(one);
        }
        expect(restored.toSummary()).toEqual(sketch.toSummary());
      }),
    );
  });

  it('merging an empty one changes nothing', () => {
    const sketch = sketchOf([1, 2, 3]);
    const before = sketch.toSummary();
    sketch.merge(new QuantileSketch());
    expect(sketch.toSummary()).toEqual(before);
    expect(new QuantileSketch().quantile(0.5)).toBeUndefined();
  });

  it('stays small over thirty orders of magnitude, and keeps the upper quantiles', () => {
    const random = new Random(1);
    const sketch = new QuantileSketch();
    const all: number[] = [];
    for (let index = 0; index < 20_000; index += 1) {
      const one = 10 ** (30 * random.uniform() - 15);
      all.push(one);
      sketch.add(one);
    }
    all.sort((a, b) => a - b);
    const { positive } = sketch.toSummary();
    expect(positive.counts.length).toBeLessThanOrEqual(1000);
    const p95 = all[Math.floor(0.95 * (all.length - 1))]!;
    expect(Math.abs(sketch.quantile(0.95)! / p95 - 1)).toBeLessThan(0.011);
  });

  it('measures the Kolmogorov-Smirnov distance to within its bins', () => {
    const random = new Random(2);
    const draw = (shift: number): number[] =>
      Array.from({ length: 2000 }, () => Math.exp(random.normal() * 0.5 + shift));
    const canary = draw(0.2);
    const stable = draw(0);
    const exact = kolmogorovSmirnovTest(canary, stable).distance;
    const seen = QuantileSketch.distance(sketchOf(canary), sketchOf(stable));
    expect(Math.abs(seen - exact)).toBeLessThan(0.02);
    expect(QuantileSketch.distance(sketchOf([-1]), sketchOf([1]))).toBe(1);
  });

  it('refuses what is not finite, and stays as it was', () => {
    const sketch = sketchOf([1, 2, 3]);
    const before = sketch.toSummary();
    for (const bad of [NaN, Infinity, -Infinity]) {
      expect(() => {
        sketch.add(bad);
      }).toThrow('finite');
    }
    expect(sketch.toSummary()).toEqual(before);
  });

  it('refuses the state of another version', () => {
    const json = { ...sketchOf([1]).toSummary(), version: 2 as unknown as 1 };
    expect(() => QuantileSketch.fromSummary(json)).toThrow('version 1');
  });
});
