import { expect, it } from 'vitest';
import { randomFrom, shuffledIndices } from './random.js';

it('the same seed gives the same numbers, another seed others', () => {
  const draw = (seed: string): number[] => {
    const random = randomFrom(seed);
    return Array.from({ length: 5 }, () => random.uniform());
  };
  expect(draw('a')).toEqual(draw('a'));
  expect(draw('a')).not.toEqual(draw('b'));
});

it('uniform and normal draws have the mean and variance that they should have', () => {
  const random = randomFrom('moments');
  const momentsOf = (draw: () => number): [number, number] => {
    const values = Array.from({ length: 100_000 }, draw);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length];
  };
  const [uniformMean, uniformVariance] = momentsOf(() => random.uniform());
  expect(uniformMean).toBeCloseTo(1 / 2, 2);
  expect(uniformVariance).toBeCloseTo(1 / 12, 2);
  const [normalMean, normalVariance] = momentsOf(() => random.gaussian());
  expect(normalMean).toBeCloseTo(0, 1);
  expect(normalVariance).toBeCloseTo(1, 1);
});

it('a shuffle loses nothing, and puts anything anywhere', () => {
  const random = randomFrom('shuffle');
  const firsts = new Array<number>(5).fill(0);
  for (let round = 0; round < 5000; round++) {
    const order = shuffledIndices(5, random);
    expect([...order].toSorted()).toEqual([0, 1, 2, 3, 4]);
    firsts[order[0]!]! += 1;
  }
  // 1000 each are expected, with a standard deviation of 28.
  for (const count of firsts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});
