import fc from 'fast-check';
import { expect, test } from 'vitest';
import { otherScale } from './score-scale.js';

const stable = [1, 2, 3, 4, 5, 6, 7, 8];
const scaled = (times: number, plus: number) =>
  otherScale({ mine: stable.map((score) => times * score + plus), stable });

test.each([
  ['multiplied and moved', 1_000, 7],
  ['multiplied alone, about the same mean', 3, -9],
  ['divided', 0.01, 4.5],
  ['moved', 1, 5],
])('scores that are %s are noticed', (_, times, plus) => {
  expect(scaled(times, plus)).toMatchObject([{ code: 'scores-rescaled', severity: 'warning' }]);
});

test('it says how large they are, and how large those of stable', () => {
  expect(scaled(1_000, 7)).toMatchObject([
    {
      expected: expect.stringMatching(/^about 4\.5 ± 2\.29/) as string,
      found: expect.stringMatching(/1,?000 times as wide$/) as string,
    },
  ]);
});

test('scores that differ as those of two good versions do are not', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }),
      (noise) => {
        const mine = stable.map((score, row) => score + (noise[row] ?? 0));
        expect(otherScale({ mine, stable })).toEqual([]);
      },
    ),
  );
});
