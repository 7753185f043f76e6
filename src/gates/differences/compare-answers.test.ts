import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareAnswers } from './compare-answers.js';
import { RowSource, type AnsweredRow, type RowAnswer } from './differences.js';
import { distanceBins } from './distance-bins.js';

const none = { stable: 0, canary: 0 };

describe('offline differences', () => {
  test('count rows of the same class, and say which classes changed into which', () => {
    const found = compareAnswers(
      [
        row(answer('yes', 0.9), answer('yes', 0.8)),
        row(answer('yes', 0.6), answer('no', 0.4)),
        row(answer('yes', 0.7), answer('no', 0.2)),
        row(answer('no', 0.1), answer('no', 0.1), RowSource.Golden),
      ],
      none,
    );
    expect(found.agreeing).toBe(2);
    expect(found.changes).toEqual([{ stable: 'yes', canary: 'no', rows: 2 }]);
    expect(found.rows).toEqual({ golden: 1, recorded: 0, 'made-up': 3 });
    expect(found.distance?.exactlyEqual).toBe(1);
    expect(found.distance?.largest).toBeCloseTo(0.5);
  });

  test('show rows of another class before those that are only further apart', () => {
    const found = compareAnswers(
      [
        row(answer('yes', 0.99), answer('yes', 0.51)),
        row(answer('yes', 0.51), answer('no', 0.49)),
        row(answer('no', 0), answer('no', 0)),
      ],
      none,
    );
    expect(found.furthest.map(({ canary }) => canary.label)).toEqual(['no', 'yes']);
  });

  test('of scores have distances and no classes', () => {
    const found = compareAnswers([row(answer(undefined, 2), answer(undefined, 5))], none);
    expect(found.agreeing).toBeUndefined();
    expect(found.furthest[0]?.apart).toBe(3);
  });

  test('of several numbers a row count the one that is furthest apart', () => {
    const found = compareAnswers([row(answer('a', 0.2, 0.8), answer('a', 0.3, 0.1))], none);
    expect(found.furthest[0]?.apart).toBeCloseTo(-0.7);
  });

  test('of answers that are no numbers, or not as many, have no distance', () => {
    const rows = [row(answer('a'), answer('b')), row(answer('a', 1), answer('a', 1, 2))];
    expect(compareAnswers(rows, none).distance).toBeUndefined();
  });
});

describe('the picture of distances', () => {
  test('has every row in one bin, at whose middle it is within half a width', () => {
    const distances = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(distances, (values) => {
        const bins = distanceBins(values);
        expect(bins.reduce((sum, { rows }) => sum + rows, 0)).toBe(values.length);
        expect(bins.length).toBeLessThanOrEqual(25);
      }),
    );
  });

  test('has what is equal in the middle of a bin', () => {
    const bins = distanceBins([0, 0, 0.4, -0.31]);
    const middle = bins.find(({ from, to }) => from < 0 && to > 0);
    expect(middle?.rows).toBe(2);
    expect(middle?.to).toBeCloseTo(-(middle?.from ?? 0));
  });
});

function answer(label: string | undefined, ...numbers: number[]): RowAnswer {
  return { label, numbers };
}

function row(
  stable: RowAnswer,
  canary: RowAnswer,
  source: RowSource = RowSource.MadeUp,
): AnsweredRow {
  return { source, inputs: [], stable, canary };
}
