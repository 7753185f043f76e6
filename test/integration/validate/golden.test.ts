import { expect, test, vi } from 'vitest';
import { findingsOf } from '../../../src/gates/report/report.js';
import { float32, npy, npz, tensorProto } from '../../models/golden-files.js';
import * as models from '../../onnx/models.js';
import {
  codesOf,
  errorsOf,
  patience,
  stable,
  validate,
  validateModelFile,
  type Files,
} from './validating.js';

// Answers that are known beforehand.

vi.setConfig(patience);

test('a golden row with another answer is caught, with both numbers', async () => {
  const yaml = `golden:
  - { inputs: { x: [2, 2] }, outputs: { y: [1] } }
  - { inputs: { x: [1, 0] }, outputs: { y: [0.5] }, tolerance: 0.01 }
`;
  expect(errorsOf(await validate({ 'model.onnx': stable, 'model.yaml': yaml }))).toMatchObject([
    {
      code: 'golden-mismatch',
      title: 'golden row 2 of model.yaml: output y differs',
      expected: 'y[0, 0] = 0.5, within 0.01',
      found: '1',
    },
  ]);
});

test('a golden row of another class is caught although the numbers are within their tolerance', async () => {
  const yaml = `golden:
  - { inputs: { x: [0, 0, 0, 0, -0.05] }, outputs: { probability: [0.45] }, tolerance: 0.2 }
`;
  const files = { 'model.onnx': models.logisticModel(), 'model.yaml': yaml };
  expect(errorsOf(await validate(files))).toMatchObject([
    { code: 'golden-class', expected: '0', found: '1' },
  ]);
});

test('every output has the tolerance that is said of it, absolute and relative', async () => {
  const golden = 'golden:\n  - { inputs: { x: [100, 0] }, outputs: { y: [101] } }\n';
  const withTolerance = (tolerance: string) =>
    validate({
      'model.onnx': stable,
      'model.yaml': `${golden}validate: { outputs: { y: { ${tolerance} } } }\n`,
    });
  expect(errorsOf(await withTolerance('absolute: 0.5, relative: 0.01'))).toEqual([]);
  expect(errorsOf(await withTolerance('absolute: 0.5'))).toMatchObject([
    { code: 'golden-mismatch', expected: 'y[0, 0] = 101, within 0.5', found: '100' },
  ]);
});

test('golden pairs that do not fit the model are said, with their file', async () => {
  const files = {
    'model.onnx': stable,
    'cases.json': '[{"inputs":{"x":[1]},"outputs":{"y":[1]}}]',
  };
  const [found] = errorsOf(await validate(files, { expectations: { golden: ['cases.json'] } }));
  expect(found).toMatchObject({
    code: 'golden-invalid',
    title: 'cases.json cannot be used',
    expected: 'FP32 [N, 2] in x',
    found: 'FP32 [1, 1]',
  });
});

test('a model of which no answer is known is told apart from one whose answers are right', async () => {
  const unknown = await validateModelFile(stable);
  expect(findingsOf(unknown)).toContainEqual(
    expect.objectContaining({ code: 'golden-missing', severity: 'info', found: 'neither' }),
  );
  const yaml = 'golden: [{ inputs: { x: [2, 2] }, outputs: { y: [1] } }]\n';
  const known = await validate({ 'model.onnx': stable, 'model.yaml': yaml });
  expect(codesOf(known)).toEqual([]);
});

/** Golden pairs of `stable` in one of their forms: y = x₁ − x₂ / 2. */
function pairsWith(y: readonly number[]): readonly (readonly [string, Files])[] {
  const inputs = Float32Array.of(2, 2, 4, 0);
  const x = npy('<f4', [2, 2], float32(...inputs));
  const known = npy('<f4', [2, 1], float32(...y));
  return [
    ['cases.npz', { 'cases.npz': npz({ x, y: known }, false) }],
    ['arrays', { 'arrays/input_0.npy': x, 'arrays/output_0.npy': known }],
    [
      'test_data_set_0',
      {
        'test_data_set_0/input_0.pb': tensorProto({
          name: 'x',
          datatype: 'FP32',
          shape: [2, 2],
          data: inputs,
        }),
        'test_data_set_0/output_0.pb': tensorProto({
          name: 'y',
          datatype: 'FP32',
          shape: [2, 1],
          data: Float32Array.from(y),
        }),
      },
    ],
    [
      'cases.json',
      {
        'cases.json': JSON.stringify([
          { inputs: { x: [2, 2] }, outputs: { y: [y[0]] } },
          { inputs: { x: [4, 0] }, outputs: { y: [y[1]] } },
        ]),
      },
    ],
  ];
}

test('golden pairs of NumPy, ONNX and JSON files come out, all of them in one validation', async () => {
  const pairs = pairsWith([1, 4]);
  const golden = pairs.map(([name]) => name);
  const files = Object.assign({ 'model.onnx': stable }, ...pairs.map(([, one]) => one)) as Files;
  const report = await validate(files, { expectations: { golden } });
  expect(findingsOf(report)).toEqual([]);
  // Each file is one pair of two rows, but for JSON, where each row is one.
  expect(report.checks.find(({ name }) => name === 'golden')?.detail).toBe(
    '5 of 5 known answers came out',
  );
});

test('another answer than that of a NumPy, ONNX or JSON file is caught, with the file and its row', async () => {
  const pairs = pairsWith([1, 5]);
  const golden = pairs.map(([name]) => name);
  const files = Object.assign({ 'model.onnx': stable }, ...pairs.map(([, one]) => one)) as Files;
  const found = errorsOf(await validate(files, { expectations: { golden } }));
  expect(found.map(({ code, title }) => [code, title])).toEqual([
    ...golden.slice(0, -1).map((name) => ['golden-mismatch', `${name}: output y differs`]),
    ['golden-mismatch', 'cases.json, pair 2: output y differs'],
  ]);
  expect(found[0]).toMatchObject({
    expected: 'y[1, 0] = 5, within 0.0001 + 0.0001 of it',
    found: '4 (1 of 2 elements differ)',
  });
});
