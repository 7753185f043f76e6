import { expect, test } from 'vitest';
import { latencyFindings, measurementsOf, timedInWords, type Timed } from './timed.js';

/** Twenty requests around a latency, half of them a tenth slower and half a tenth quicker. */
function around(ms: number): number[] {
  return Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 0.9 * ms : 1.1 * ms));
}

function timed(candidateMs: number[], stableMs: number[] = []): Timed {
  return { what: '1 row', isSingle: true, candidateMs, stableMs };
}

const usual = { maxSlowdown: 2, maxLatencyMs: undefined };

test('a model that is ten times slower than stable is refused, with both latencies', () => {
  const [found, ...others] = latencyFindings(timed(around(50), around(5)), usual);
  expect(found).toMatchObject({
    code: 'latency-slower',
    severity: 'error',
    expected: "at most 2 times stable's 5.5 ms",
    found: expect.stringMatching(/^10 times \(9\.\d+ to 10\.\d+\): 55 ms$/) as string,
  });
  expect(others).toEqual([]);
});

test('a ratio that may be within the limit fails nobody', () => {
  // Twice as slow and a little more, which the interval cannot tell from twice.
  expect(latencyFindings(timed(around(10.2), around(5)), usual)).toEqual([]);
  expect(
    latencyFindings(timed(around(10), around(5)), { ...usual, maxSlowdown: 1.5 }),
  ).toHaveLength(1);
});

test('of a handful of pairs no ratio is said', () => {
  const few = timed(around(50).slice(0, 7), around(5).slice(0, 7));
  expect(latencyFindings(few, usual)).toEqual([]);
  expect(timedInWords(few)).toBe('45 ms for 1 row');
  expect(measurementsOf(few).map(({ ratio }) => ratio)).toEqual([undefined, undefined, undefined]);
});

test('the slowest one of a hundred counts for the limit of one row, and for no batch', () => {
  const slow = [...Array<number>(97).fill(1), 30, 30, 30];
  const limited = { ...usual, maxLatencyMs: 20 };
  expect(latencyFindings(timed(slow), limited)).toMatchObject([
    { code: 'latency-over-limit', expected: '99 of 100 within 20 ms', found: '30 ms' },
  ]);
  expect(latencyFindings({ ...timed(slow), isSingle: false }, limited)).toEqual([]);
  expect(latencyFindings(timed(Array<number>(100).fill(1)), limited)).toEqual([]);
});
