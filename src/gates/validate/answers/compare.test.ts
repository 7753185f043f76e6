import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tensor } from '../../../domain/tensor.js';
import { differenceOf } from './compare.js';

function floats(...values: number[]): Tensor {
  return {
    name: 'y',
    datatype: 'FP64',
    shape: [values.length, 1],
    data: Float64Array.from(values),
  };
}

const exact = { absolute: 0, relative: 0 };

test('numbers may differ by the absolute and the relative tolerance together, and by no more', () => {
  const tolerance = { absolute: 0.5, relative: 0.1 };
  expect(differenceOf(floats(11.5), floats(10), tolerance)).toBeUndefined();
  expect(differenceOf(floats(1, 11.6), floats(1, 10), tolerance)).toEqual({
    expected: 'y[1, 0] = 10, within 0.5 + 0.1 of it',
    found: '11.6 (1 of 2 elements differ)',
  });
});

test('the largest difference is shown, and one that is no number counts as the largest', () => {
  expect(differenceOf(floats(2, 5, 3), floats(1, 1, 1), exact)?.found).toMatch(/^5 \(3 of 3/);
  expect(differenceOf(floats(2, NaN), floats(1, 1), exact)?.found).toMatch(/^NaN/);
});

test('whatever it holds, a tensor is equal to itself', () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { minLength: 1 }), (values) => {
      expect(differenceOf(floats(...values), floats(...values), exact)).toBeUndefined();
    }),
  );
});

test('what is no fraction must be equal, whatever the tolerance', () => {
  const integers = (value: bigint): Tensor => ({
    name: 'n',
    datatype: 'INT64',
    shape: [],
    data: BigInt64Array.of(value),
  });
  const loose = { absolute: 10, relative: 10 };
  // Beyond 2^53, where two such numbers are one as a floating-point number.
  expect(differenceOf(integers(9007199254740993n), integers(9007199254740992n), loose)).toEqual({
    expected: 'n = 9007199254740992',
    found: '9007199254740993',
  });
  const text = (value: string): Tensor => ({
    name: 't',
    datatype: 'BYTES',
    shape: [1],
    data: [Buffer.from(value)],
  });
  expect(differenceOf(text('no'), text('yes'), loose)).toEqual({
    expected: 't[0] = "yes"',
    found: '"no"',
  });
});

test('another shape is a difference, although the numbers are the same', () => {
  const flat: Tensor = { ...floats(1, 2), shape: [2] };
  expect(differenceOf(flat, floats(1, 2), exact)).toEqual({
    expected: 'y FP64 [2, 1]',
    found: 'FP64 [2]',
  });
});
