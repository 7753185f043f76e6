import { expect, test } from 'vitest';
import { describeGraph } from '../../../models/onnx/graph-facts.js';
import { decodeOnnx, readOnnx } from '../../../models/onnx/read.js';
import { onnxModel, type OnnxValue } from '../../../../test/onnx/build.js';
import { candidateShapes } from './dimensions.js';

function shapesOf(
  inputs: readonly Pick<OnnxValue, 'name' | 'shape'>[],
  known: Readonly<Record<string, number>> = {},
): Record<string, readonly number[]>[] {
  const values = inputs.map((input) => ({ ...input, datatype: 'FP32' as const }));
  const file = onnxModel({
    inputs: values,
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
  });
  const graph = describeGraph(decodeOnnx(file));
  const { signature } = readOnnx(file);
  return candidateShapes({ signature, graph }, known).map((shapes) => Object.fromEntries(shapes));
}

test('where all is known, there is nothing to try', () => {
  expect(shapesOf([{ name: 'x', shape: ['N', 5] }])).toEqual([{ x: [1, 5] }]);
});

test('dimensions of one name have one size, and the first is one row', () => {
  const tokens = ['batch', 'sequence'];
  const shapes = shapesOf([
    { name: 'x', shape: tokens },
    { name: 'mask', shape: tokens },
  ]);
  expect(shapes[0]).toEqual({ x: [1, 8], mask: [1, 8] });
  for (const { x, mask } of shapes) expect(mask).toEqual(x);
});

test('a size that somebody gave is the only one that is tried', () => {
  const shapes = shapesOf([{ name: 'x', shape: ['batch', 'sequence', 3] }], { sequence: 77 });
  expect(shapes).toEqual([{ x: [1, 77, 3] }]);
});

test('a window of sound beside a state is among what is tried', () => {
  const shapes = shapesOf([
    { name: 'x', shape: ['', ''] },
    { name: 'state', shape: [2, '', 128] },
    { name: 'rate', shape: [] },
  ]);
  expect(shapes).toContainEqual({ x: [1, 512], state: [2, 1, 128], rate: [] });
});

test('what would not fit into memory is not tried', () => {
  for (const { x } of shapesOf([{ name: 'x', shape: ['N', 'a', 'b', 'c'] }])) {
    expect(x?.reduce((a, b) => a * b, 1)).toBeLessThanOrEqual(2 ** 26);
  }
});
