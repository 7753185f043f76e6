import { expect, test } from 'vitest';
import { loadFindings, memoryFindings, type Use } from './resources.js';

function use(changes: Partial<Use>): Use {
  return { value: 0, stable: undefined, limit: undefined, ...changes };
}

test('a model that takes more than three times as long as stable to be ready is noticed', () => {
  expect(loadFindings(use({ value: 4_600, stable: 1_500 }))).toMatchObject([
    {
      code: 'load-slower',
      severity: 'warning',
      expected: "at most 3 times stable's 1.50 s",
      found: '4.60 s',
    },
  ]);
});

test.each([
  ['three times as long', { value: 4_500, stable: 1_500 }],
  ['four times as long, in less than a second', { value: 1_200, stable: 300 }],
  ['any time, beside no stable', { value: 60_000 }],
  ['as long as is allowed', { value: 5_000, limit: 5_000 }],
])('nothing is said of a model that takes %s to be ready', (_, changes) => {
  expect(loadFindings(use(changes))).toEqual([]);
});

test('a model that takes longer than it may to be ready is refused', () => {
  expect(loadFindings(use({ value: 5_001, limit: 5_000 }))).toMatchObject([
    { code: 'load-over-limit', severity: 'error', expected: 'at most 5.00 s' },
  ]);
});

test('memory is compared with the limit, and with stable', () => {
  const grown = memoryFindings(use({ value: 250 * 2 ** 20, stable: 100 * 2 ** 20 }));
  expect(grown).toMatchObject([
    { code: 'memory-grown', severity: 'warning', found: '2.5 times: 250 MiB' },
  ]);
  expect(memoryFindings(use({ value: 200 * 2 ** 20, stable: 100 * 2 ** 20 }))).toEqual([]);
  expect(memoryFindings(use({ value: 2 ** 30 + 1, limit: 2 ** 30 }))).toMatchObject([
    { code: 'memory-over-limit', severity: 'error', expected: 'at most 1.0 GiB' },
  ]);
});
