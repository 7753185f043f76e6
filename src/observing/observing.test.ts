import { expect, test } from 'vitest';
import { Histogram } from './histogram.js';
import { WindowedRate } from './windowed-rate.js';

test('a histogram counts a value in the bucket whose bound it does not pass', () => {
  const histogram = new Histogram([1, 2, 4]);
  for (const value of [0.5, 1, 1.5, 2, 3, 9]) histogram.observe(value);
  expect(histogram.cumulated()).toEqual([2, 4, 5, 6]);
  expect(histogram.sum).toBe(17);
});

test('quantiles are within the bucket that holds them', () => {
  const histogram = new Histogram([10, 20, 30]);
  expect(histogram.quantile(0.5)).toBeUndefined();
  for (let value = 1; value <= 30; value += 1) histogram.observe(value);
  expect(histogram.quantile(0.5)).toBeCloseTo(15, 6);
  expect(histogram.quantile(0.99)).toBeCloseTo(29.7, 6);
});

test('a windowed rate forgets what is older than a minute', () => {
  const rate = new WindowedRate();
  for (let i = 0; i < 8; i += 1) rate.count(i < 2, 5_000);
  expect(rate.read(5_500)).toEqual({ events: 8, bad: 2 });
  rate.count(false, 64_000);
  expect(rate.read(64_000)).toEqual({ events: 9, bad: 2 });
  expect(rate.read(65_500)).toEqual({ events: 1, bad: 0 });
  // The same cell a minute later starts anew.
  rate.count(true, 124_000);
  expect(rate.read(124_000)).toEqual({ events: 1, bad: 1 });
});
