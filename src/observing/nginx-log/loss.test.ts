import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CountedLines } from './counted-lines.js';
import { readLineNumber, type LineNumber } from './line-number.js';
import { SequenceGaps } from './sequence-gaps.js';

const patienceMs = 3_000;

function numbered(text: string): LineNumber {
  const number = readLineNumber(text);
  if (number === undefined) throw new Error(`no number of a line: ${text}`);
  return number;
}

describe('a numbered log', () => {
  test('loses nothing while lines only come out of order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(50).keys()], { minLength: 50 }), (order) => {
        const gaps = new SequenceGaps(patienceMs);
        gaps.expect(numbered('7.0'), 0);
        for (const number of order) gaps.saw(numbered(`7.${number + 1}`), 10);
        return gaps.takeLost(100_000) === 0;
      }),
    );
  });

  test('counts exactly the lines that do not come', () => {
    fc.assert(
      fc.property(fc.subarray([...Array(50).keys()]), (come) => {
        const gaps = new SequenceGaps(patienceMs);
        gaps.expect(numbered('7.0'), 0);
        for (const number of come) gaps.saw(numbered(`7.${number + 1}`), 10);
        gaps.expect(numbered('7.50'), 20);
        const early = gaps.takeLost(patienceMs - 1);
        return early === 0 && gaps.takeLost(20 + patienceMs) === 50 - come.length;
      }),
    );
  });

  test('counts on when NGINX is started anew, and what the old one still owed', () => {
    const gaps = new SequenceGaps(patienceMs);
    gaps.expect(numbered('7.10'), 0);
    gaps.expect(numbered('7.12'), 0);
    gaps.saw(numbered('9.1'), 100);
    gaps.saw(numbered('9.3'), 100);
    gaps.saw(numbered('7.12'), 200);
    expect(gaps.takeLost(10_000)).toBe(3);
    expect(gaps.takeLost(20_000)).toBe(0);
  });

  test('does not call lost what was written before anybody looked', () => {
    const gaps = new SequenceGaps(patienceMs);
    gaps.saw(numbered('7.1000000'), 0);
    gaps.saw(numbered('7.999999'), 0);
    expect(gaps.takeLost(10_000)).toBe(0);
  });

  test('gives up at once on more than it can remember', () => {
    const gaps = new SequenceGaps(patienceMs);
    gaps.expect(numbered('7.0'), 0);
    gaps.expect(numbered('7.80000'), 0);
    expect(gaps.takeLost(1)).toBeGreaterThanOrEqual(30_000);
  });
});

describe('a log without numbers', () => {
  test('loses what had ended and did not come in time', () => {
    const lines = new CountedLines(patienceMs);
    lines.expect(100, 0);
    for (let i = 0; i < 40; i += 1) lines.saw();
    lines.expect(150, 1_000);
    expect(lines.takeLost(2_999)).toBe(0);
    expect(lines.takeLost(3_000)).toBe(0);
    lines.expect(150, 3_000);
    expect(lines.takeLost(6_000)).toBe(10);
    lines.expect(150, 6_000);
    expect(lines.takeLost(9_000)).toBe(0);
  });

  test('counts on when NGINX is started anew', () => {
    const lines = new CountedLines(patienceMs);
    lines.expect(1_000, 0);
    expect(lines.takeLost(3_000)).toBe(0);
    lines.expect(1, 4_000);
    lines.saw();
    expect(lines.takeLost(8_000)).toBe(0);
    lines.expect(3, 8_000);
    expect(lines.takeLost(11_000)).toBe(1);
  });
});
