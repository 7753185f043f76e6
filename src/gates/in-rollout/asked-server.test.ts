import { expect, test } from 'vitest';
import type { OnnxVersion } from '../../domain/version.js';
import { inputsOf } from './asked-server.js';

const file = { kind: 'onnx', model: 'churn', version: '2' } as OnnxVersion;
const body = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [1, 2] }] };

test('a file is sent what the gate says, where that is the protocol it is asked in', () => {
  const inputs = [body, { body, expect: { status: 200 } }];
  expect(inputsOf(file, { inputs, model: 'churn' }).items).toBe(inputs);
  expect(inputsOf(file, {})).toMatchObject({ items: undefined, version: file });
});

test.each([[{ features: [1, 2] }], [[1, 2]], [{ body: { inputs: { x: [1, 2] } } }]])(
  'a file is not silently asked something else than the gate says: %j',
  (item) => {
    const words = /Open Inference Protocol.*churn\/2 is a file/;
    expect(() => inputsOf(file, { inputs: [body, item] })).toThrow(words);
  },
);

test('a file has no other model beside it', () => {
  expect(() => inputsOf(file, { model: 'iris' })).toThrow(/model: churn, or none.*found iris/);
});
