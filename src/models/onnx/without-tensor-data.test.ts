import { expect, it } from 'vitest';
import { buildModel } from './build.js';
import { readOnnx } from './read.js';
import { withoutTensorData } from './without-tensor-data.js';

const elements = 100_000;
const model = buildModel({
  inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', elements] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', elements] }],
  nodes: [
    {
      type: 'Constant',
      inputs: [],
      outputs: ['c'],
      attributes: { value_floats: { floats: Array<number>(elements).fill(1) } },
    },
    { type: 'Add', inputs: ['x', 'w'], outputs: ['z'] },
    { type: 'Add', inputs: ['z', 'c'], outputs: ['y'] },
  ],
  initializers: [
    { name: 'w', datatype: 'FP32', shape: [elements], data: new Float32Array(elements) },
  ],
});

it('leaves the weights out, and nothing else', () => {
  const light = withoutTensorData(model);
  expect(model.length).toBeGreaterThan(8 * elements);
  expect(light.length).toBeLessThan(500);
  expect(readOnnx(light)).toEqual(readOnnx(model));
});

it('leaves a model alone that has no weights in it', () => {
  const light = withoutTensorData(model);
  expect(Buffer.from(withoutTensorData(light))).toEqual(Buffer.from(light));
});
