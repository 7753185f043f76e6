import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../domain/tensor.js';
import type { PredictionSpec } from '../../domain/version.js';
import { predictionOf } from './prediction.js';

function spec(kind: PredictionSpec['kind'], ...labels: string[]): PredictionSpec {
  return { output: 'y', kind, labels };
}

function floats(shape: readonly number[], ...data: number[]): Tensor {
  return { name: 'y', datatype: 'FP32', shape, data: new Float32Array(data) };
}

function integers(...data: bigint[]): Tensor {
  return { name: 'y', datatype: 'INT64', shape: [data.length], data: new BigInt64Array(data) };
}

describe('the judge sees the first row', () => {
  test('a probability or score as a number', () => {
    const outputs = [{ ...floats([1], 9), name: 'x' }, floats([2, 1], 0.5, 0.75)];
    expect(predictionOf(outputs, spec('probability'))).toEqual({ kind: 'score', value: 0.5 });
    expect(predictionOf([integers(7n)], spec('score'))).toEqual({ kind: 'score', value: 7 });
  });

  test('the largest of its classes, the first of equals, by label where there is one', () => {
    const outputs = [floats([2, 3], 0.1, 0.6, 0.6, 1, 0, 0)];
    expect(predictionOf(outputs, spec('classes'))).toEqual({ kind: 'class', label: '1' });
    expect(predictionOf(outputs, spec('classes', 'a', 'b', 'c'))).toMatchObject({ label: 'b' });
    expect(predictionOf([floats([3], 1, 2, 3)], spec('classes'))).toMatchObject({ label: '2' });
  });

  test('the smallest numbers still have a largest', () => {
    const outputs = [floats([1, 2], -Infinity, -3)];
    expect(predictionOf(outputs, spec('classes'))).toMatchObject({ label: '1' });
  });

  test('a label as text, as a name, or as its number', () => {
    const text: Tensor = { name: 'y', datatype: 'BYTES', shape: [1], data: [Buffer.from('ö')] };
    const truth: Tensor = { name: 'y', datatype: 'BOOL', shape: [1], data: new Uint8Array([1]) };
    const half: Tensor = { name: 'y', datatype: 'FP16', shape: [1], data: Uint16Array.of(0x3c00) };
    expect(predictionOf([text], spec('label'))).toEqual({ kind: 'class', label: 'ö' });
    expect(predictionOf([integers(1n, 0n)], spec('label', 'no', 'yes'))).toMatchObject({
      label: 'yes',
    });
    expect(predictionOf([integers(-5n)], spec('label', 'no'))).toMatchObject({ label: '-5' });
    expect(predictionOf([truth], spec('label'))).toMatchObject({ label: 'true' });
    expect(predictionOf([half], spec('label', 'no', 'yes'))).toMatchObject({ label: 'yes' });
  });
});

test('there is none where nothing can be compared', () => {
  const bytes: Tensor = { name: 'y', datatype: 'BYTES', shape: [1], data: [Buffer.from([0xff])] };
  expect(predictionOf([], spec('score'))).toBeUndefined();
  expect(predictionOf([floats([0, 1])], spec('score'))).toBeUndefined();
  expect(predictionOf([floats([1], NaN)], spec('score'))).toBeUndefined();
  expect(predictionOf([floats([1], Infinity)], spec('label'))).toBeUndefined();
  expect(predictionOf([floats([1, 2], 1, NaN)], spec('classes'))).toBeUndefined();
  expect(predictionOf([bytes], spec('score'))).toBeUndefined();
  expect(predictionOf([bytes], spec('label'))).toBeUndefined();
});
