import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tensorSpec } from '../../../../test/protocols/version.js';
import { formOf, inputForms } from './input-forms.js';

/** A value nested so deep and so long: `nested([2, 3])` is a list of 2 lists of 3 numbers. */
function nested([length, ...inner]: readonly number[]): unknown {
  return length === undefined ? 0 : Array.from({ length }, () => nested(inner));
}

// As in docs/reference/predict.md.
describe.each([
  { shape: [-1], one: [[]], many: [[1], [3]] },
  {
    shape: [-1, 1],
    one: [[], [1]],
    many: [
      [1, 1],
      [3, 1],
    ],
  },
  {
    shape: [-1, 5],
    one: [[5]],
    many: [
      [1, 5],
      [3, 5],
    ],
  },
  {
    shape: [-1, 28, 28],
    one: [[28, 28], [784]],
    many: [
      [1, 28, 28],
      [3, 784],
    ],
  },
  {
    shape: [-1, 1, 28, 28],
    one: [[1, 28, 28], [28, 28], [784]],
    many: [
      [1, 1, 28, 28],
      [3, 1, 28, 28],
      [1, 784],
      [28, 784],
    ],
  },
  {
    shape: [-1, 1, 5],
    one: [[1, 5], [5]],
    many: [
      [1, 1, 5],
      [3, 1, 5],
    ],
  },
  {
    shape: [-1, -1],
    one: [[1], [7]],
    many: [
      [1, 1],
      [3, 7],
    ],
  },
  { shape: [1, 5], one: [[5]], many: [[1, 5]] },
  { shape: [4, 5], one: [[4, 5], [20]], many: [] },
  { shape: [], one: [[]], many: [] },
])('an input of shape $shape', ({ shape, one, many }) => {
  const input = inputForms(tensorSpec('x', 'FP32', shape));

  test.each(one.map((nesting) => ({ nesting })))('takes one row as $nesting', ({ nesting }) => {
    expect(formOf(nested(nesting), input)).toMatchObject({ nesting, manyRows: false });
  });

  test.each(many.map((nesting) => ({ nesting })))('takes many rows as $nesting', ({ nesting }) => {
    expect(formOf(nested(nesting), input)).toMatchObject({ nesting, manyRows: true });
  });
});

test('a list of flat rows is not taken for a row of 1×5, nor for a list of such', () => {
  const input = inputForms(tensorSpec('x', 'FP32', [-1, 1, 5]));
  expect(formOf(nested([3, 5]), input)?.nesting).not.toEqual([3, 5]);
});

test('no value can be read as one row as well as many', () => {
  const dimension = fc.constantFrom(-1, 1, 2, 3, 6);
  fc.assert(
    fc.property(fc.array(dimension, { maxLength: 5 }), (shape) => {
      const { forms } = inputForms(tensorSpec('x', 'FP32', shape));
      for (const one of forms.filter((form) => !form.manyRows)) {
        for (const many of forms.filter((form) => form.manyRows)) {
          const differ =
            one.nesting.length !== many.nesting.length ||
            one.nesting.some((length, depth) => {
              const other = many.nesting[depth];
              return length !== -1 && other !== -1 && length !== other;
            });
          expect(differ).toBe(true);
        }
      }
    }),
    { numRuns: 2000 },
  );
});
