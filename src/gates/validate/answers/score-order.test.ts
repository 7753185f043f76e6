import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestScoreOrder, scoreLikeness } from './score-order.js';

/** Three classes over eight rows, the first always far ahead. */
const stable = [
  [9, 9.5, 9.1, 9.9, 9.2, 9.7, 9.4, 9],
  [1, 2, 0, 2, 1, 0, 2, 1],
  [0, 1, 1, 0, 2, 2, 0, 0],
] as const;

test('classes in another order are found although one of them is always the largest', () => {
  const [one, two, three] = stable;
  const found = bestScoreOrder({ mine: [three, two, one], stable });
  expect(found?.after).toBeCloseTo(1);
  expect(new Map(found?.moved)).toEqual(
    new Map([
      [0, 2],
      [2, 0],
    ]),
  );
});

test('numbers of another scale are in the same order', () => {
  const mine = stable.map((numbers) => numbers.map((value) => 3 * value - 1));
  expect(bestScoreOrder({ mine, stable })).toBeUndefined();
  expect(scoreLikeness({ mine, stable })).toBeCloseTo(1);
});

test('a class that is like one other is not an order', () => {
  const [one, two, three] = stable;
  expect(bestScoreOrder({ mine: [one, two, two], stable })).toBeUndefined();
  expect(bestScoreOrder({ mine: [one, three, three], stable })).toBeUndefined();
});

test('numbers that never change are like nothing', () => {
  const still = stable.map((numbers) => numbers.map(() => 1));
  expect(bestScoreOrder({ mine: still, stable })).toBeUndefined();
  expect(scoreLikeness({ mine: still, stable })).toBeNaN();
});

test('two that agree are never called swapped', () => {
  const row = fc.array(fc.float({ noNaN: true, min: -10, max: 10 }), {
    minLength: 10,
    maxLength: 10,
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 2, maxLength: 5 }), (same) => {
      expect(bestScoreOrder({ mine: same, stable: same })).toBeUndefined();
    }),
  );
});
