import { expect, test } from 'vitest';
import type { Tensor } from '../../domain/tensor.js';
import { toBf16Bits, toFp16Bits } from './elements/small-float.js';
import { findNonFinite } from './non-finite.js';

const fine: Tensor = { name: 'a', datatype: 'INT8', shape: [1], data: new Int8Array([1]) };

test.each([NaN, Infinity, -Infinity])('%s is found, with its output and row', (bad) => {
  const values = [1, 2, 3, 4, 5, bad];
  const shape = [3, 2];
  const found = { output: 'y', row: 2 };
  for (const y of [
    { name: 'y', datatype: 'FP32', shape, data: new Float32Array(values) },
    { name: 'y', datatype: 'FP64', shape, data: new Float64Array(values) },
    { name: 'y', datatype: 'FP16', shape, data: Uint16Array.from(values, toFp16Bits) },
    { name: 'y', datatype: 'BF16', shape, data: Uint16Array.from(values, toBf16Bits) },
  ] satisfies Tensor[]) {
    expect(findNonFinite([fine, y])).toEqual(found);
    expect(findNonFinite([fine, { ...y, data: y.data.subarray(0, 4), shape: [2, 2] }])).toBe(
      undefined,
    );
  }
});

test('a scalar that is not finite is in row 0', () => {
  const y: Tensor = { name: 'y', datatype: 'FP64', shape: [], data: new Float64Array([NaN]) };
  expect(findNonFinite([y])).toEqual({ output: 'y', row: 0 });
});

test('the largest integers and the bytes of text are no infinities', () => {
  const bits: Tensor = { name: 'y', datatype: 'UINT16', shape: [1], data: Uint16Array.of(0x7c00) };
  expect(findNonFinite([bits, fine])).toBeUndefined();
});
