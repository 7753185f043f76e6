import { expect, it } from 'vitest';
import { kolmogorovTail } from './kolmogorov-smirnov.js';
import { momentsOf, sampleVariance } from './moments.js';
import { normalCdf } from './normal.js';
import { Random } from './random.js';

it('the same seed gives the same numbers, another seed others', () => {
  const draw = (seed: number): number[] => {
    const random = new Random(seed);
    return Array.from({ length: 5 }, () => random.uniform());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

it('uniform numbers are uniform, normal ones normal', () => {
  const random = new Random(42);
  const size = 20_000;
  const distance = (cumulated: number[]): number =>
    Math.max(
      ...cumulated.sort((a, b) => a - b).map((p, index) => Math.abs(p - (index + 0.5) / size)),
    );
  const uniform = Array.from({ length: size }, () => random.uniform());
  const normal = Array.from({ length: size }, () => random.normal());
  expect(sampleVariance(momentsOf(normal))).toBeCloseTo(1, 1);
  expect(kolmogorovTail(Math.sqrt(size) * distance(uniform))).toBeGreaterThan(0.001);
  expect(kolmogorovTail(Math.sqrt(size) * distance(normal.map(normalCdf)))).toBeGreaterThan(0.001);
});

it('neighbouring numbers do not lean on each other', () => {
  const random = new Random(3);
  let product = 0;
  let before = random.normal();
  for (let index = 0; index < 20_000; index += 1) {
    const now = random.normal();
    product += before * now;
    before = now;
  }
  expect(Math.abs(product / 20_000)).toBeLessThan(4 / Math.sqrt(20_000));
});
