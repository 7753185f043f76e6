import { expect, test } from 'vitest';
import { mannWhitneyTest } from '../../stats/mann-whitney.js';
import { Random } from '../../stats/random.js';
import { detectorNames, mannWhitneyOfBins, newDetector } from './detectors.js';
import { harmlessScenario } from './scenario.js';
import { simulateDetectors } from './simulate-detectors.js';

test('Mann-Whitney of bins is Mann-Whitney of the values in them', () => {
  const random = new Random(3);
  const draw = (n: number, shift: number) =>
    Array.from({ length: n }, () => Math.round(10 * (random.normal() + shift)));
  const [canary, stable] = [draw(60, 0.2), draw(90, 0)];
  const values = [...new Set([...canary, ...stable])].sort((a, b) => a - b);
  const count = (sample: number[], value: number) => sample.filter((one) => one === value).length;
  const bins = values.map((value) => ({
    stable: count(stable, value),
    canary: count(canary, value),
  }));
  expect(mannWhitneyOfBins(bins)).toBeCloseTo(mannWhitneyTest(canary, stable).pGreater, 12);
});

test.each(detectorNames)('%s says nothing about an arm without requests', (name) => {
  const detector = newDetector(name);
  for (let i = 0; i < 100; i += 1) detector.record(false, 10 + i, false);
  expect(detector.alarms()).toBe(false);
});

test('a repeated rank test alarms over far more harmless canaries than its level says', () => {
  const runs = Array.from({ length: 60 }, (_, seed) => simulateDetectors(harmlessScenario, seed));
  const alarmed = runs.filter((run) => run['repeated Mann-Whitney'] !== undefined).length;
  expect(alarmed / runs.length).toBeGreaterThan(0.2);
});

test('a canary twice as slow is found by both tests at once, and not by an error threshold', () => {
  const found = simulateDetectors(
    { ...harmlessScenario, stableErrors: 0, canaryErrors: 0, latencyFactor: 2 },
    1,
  );
  expect(found['repeated Welch']?.requests).toBeLessThan(3_000);
  expect(found['repeated Mann-Whitney']?.requests).toBeLessThan(3_000);
  expect(found['more than 5 errors']).toBeUndefined();
});
