import { expect, test } from 'vitest';
import { momentsOf } from '../../stats/moments.js';
import {
  classicTests,
  isAboutErrors,
  runClassicTest,
  type ClassicSample,
} from './classic-tests.js';

function sample(latencies: readonly number[], errors: number): ClassicSample {
  return { moments: momentsOf(latencies), newest: latencies, requests: 400, errors };
}

const latencies = Array.from({ length: 300 }, (_, i) => 10 + ((i * 37) % 100) / 20);
const stable = sample(latencies, 2);
const slowAndFailing = sample(
  latencies.map((value) => value + 1),
  40,
);

test.each(classicTests)('%s finds a canary that is much worse, and says how', (name) => {
  const { pTwoSided, canaryIsWorse, difference } = runClassicTest(name, slowAndFailing, stable);
  expect(pTwoSided).toBeLessThan(0.001);
  expect(canaryIsWorse).toBe(true);
  expect(difference).toMatch(isAboutErrors(name) ? /9\.50 points more/ : /slower/);
});

test.each(classicTests)('%s finds nothing between two equal arms', (name) => {
  const { pTwoSided, canaryIsWorse } = runClassicTest(name, stable, stable);
  expect(pTwoSided).toBeGreaterThan(0.5);
  expect(canaryIsWorse).toBe(false);
});

test.each(['welch', 'mann-whitney', 'ks'] as const)('%s refuses an arm without answers', (name) => {
  expect(() => runClassicTest(name, sample([], 0), stable)).toThrow(/cannot be judged/);
});
