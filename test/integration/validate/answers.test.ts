import { expect, test, vi } from 'vitest';
import { findingsOf } from '../../../src/gates/report/report.js';
import { floats, integers, onnxModel } from '../../onnx/build.js';
import * as models from '../../onnx/models.js';
import {
  codesOf,
  errorsOf,
  patience,
  smallGraph,
  stable,
  validate,
  validateModelFile,
} from './validating.js';

// What a model answers, by itself: numbers, batches, repetitions, inputs that it refuses.

vi.setConfig(patience);

test('NaN at zero is caught, with the place of it', async () => {
  const share = onnxModel(
    smallGraph({
      outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 2] }],
      nodes: [
        { op: 'ReduceL2', inputs: ['x'], outputs: ['length'], attributes: { axes: [1] } },
        { op: 'Div', inputs: ['x', 'length'], outputs: ['y'] },
      ],
      constants: [],
    }),
  );
  expect(errorsOf(await validateModelFile(share))).toMatchObject([
    {
      code: 'not-finite',
      title: 'output y is not finite on inputs of zeros',
      found: 'y[0, 0] = NaN',
    },
  ]);
});

test('inputs far from the ordinary may overflow, which is worth a word', async () => {
  const explosive = onnxModel(
    smallGraph({
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['sum'] },
        { op: 'Exp', inputs: ['sum'], outputs: ['y'] },
      ],
    }),
  );
  const report = await validateModelFile(explosive);
  expect(report.passed).toBe(true);
  expect(codesOf(report)).toContain('not-finite-far-out');
  // Somebody who says that such inputs are usual is owed an answer.
  const expectations = { inputs: { x: { min: -1000, max: 1000 } } };
  const owed = errorsOf(await validateModelFile(explosive, { expectations }));
  expect(owed[0]).toMatchObject({ code: 'not-finite', found: 'y[0, 0] = Infinity' });
});

test('an answer that hides that an input is no number is noticed', async () => {
  // As a tree has it: a comparison with NaN is merely false.
  const tree = onnxModel(
    smallGraph({
      outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 2] }],
      nodes: [
        { op: 'Greater', inputs: ['x', 'threshold'], outputs: ['larger'] },
        { op: 'Cast', inputs: ['larger'], outputs: ['y'], attributes: { to: 1 } },
      ],
      constants: [floats('threshold', [1], [0.5])],
    }),
  );
  const report = await validateModelFile(tree, { profile: 'standard' });
  expect(report.passed).toBe(true);
  expect(findingsOf(report)).toContainEqual(
    expect.objectContaining({
      code: 'nan-hidden',
      severity: 'info',
      found: 'finite answers to NaN, infinity, minus infinity in x',
    }),
  );
  const passesOn = await validateModelFile(stable, { profile: 'standard' });
  expect(codesOf(passesOn)).not.toContain('nan-hidden');
});

test('a probability beyond 1 is caught', async () => {
  const wrong = onnxModel(
    smallGraph({
      outputs: [{ name: 'probability', datatype: 'FP32', shape: ['N', 1] }],
      nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['probability'] }],
    }),
  );
  const codes = errorsOf(await validateModelFile(wrong)).map(({ code }) => code);
  expect(codes[0]).toBe('output-out-of-range');
});

test('an output of another shape than the file declares is caught', async () => {
  const outputs = [{ name: 'y', datatype: 'FP32', shape: ['N', 4] }] as const;
  expect(errorsOf(await validateModelFile(onnxModel(smallGraph({ outputs }))))[0]).toMatchObject({
    code: 'output-not-declared',
    expected: '[N, 4]',
    found: '[1, 1]',
  });
});

test('an answer that depends on the other rows of its batch is caught', async () => {
  const [found, ...others] = errorsOf(await validateModelFile(models.batchDependentModel()));
  expect(found).toMatchObject({ code: 'batch-dependent' });
  expect(others).toEqual([]);
});

test('a model that fails on a second row is caught', async () => {
  const single = onnxModel(
    smallGraph({
      nodes: [
        { op: 'Reshape', inputs: ['x', 'shape'], outputs: ['one'] },
        { op: 'MatMul', inputs: ['one', 'w'], outputs: ['y'] },
      ],
      constants: [floats('w', [2, 1], [1, -0.5]), integers('shape', [2], [1, 2])],
    }),
  );
  expect(errorsOf(await validateModelFile(single))).toMatchObject([{ code: 'batch-refused' }]);
});

test('a model that fails only on the largest batch that Serin makes of it is caught', async () => {
  // It has something to add for so many rows, and no more.
  const most = 32;
  const limited = onnxModel(
    smallGraph({
      nodes: [
        { op: 'Shape', inputs: ['x'], outputs: ['sizes'] },
        { op: 'Gather', inputs: ['sizes', 'first'], outputs: ['rows'] },
        { op: 'Gather', inputs: ['table', 'rows'], outputs: ['nothing'] },
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['product'] },
        { op: 'Add', inputs: ['product', 'nothing'], outputs: ['y'] },
      ],
      constants: [
        floats('w', [2, 1], [1, -0.5]),
        floats('table', [most + 1], Array<number>(most + 1).fill(0)),
        integers('first', [], [0]),
      ],
    }),
  );
  const standard = { profile: 'standard' } as const;
  expect(errorsOf(await validateModelFile(limited, standard))).toMatchObject([
    { code: 'batch-refused', title: 'the model fails on 64 rows, and not on one' },
  ]);
  const yaml = `batching: { maxBatchSize: ${most} }\n`;
  const smaller = await validate({ 'model.onnx': limited, 'model.yaml': yaml }, standard);
  expect(errorsOf(smaller)).toEqual([]);
});

test('a model that does not answer row by row is noticed', async () => {
  const report = await validateModelFile(models.batchSwallowingModel());
  expect(codesOf(report)).toContain('batch-rows');
});

test('an answer that is another one each time is caught', async () => {
  const noisy = onnxModel(
    smallGraph({
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['clean'] },
        { op: 'RandomNormalLike', inputs: ['clean'], outputs: ['noise'] },
        { op: 'Add', inputs: ['clean', 'noise'], outputs: ['y'] },
      ],
    }),
  );
  const report = await validateModelFile(noisy);
  expect(errorsOf(report).map(({ code }) => code)).toContain('non-deterministic');
  expect(codesOf(report)).toContain('random-operator');
});

test('an answer that is another one each time is caught where only some inputs show it', async () => {
  const noisy = onnxModel(
    smallGraph({
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['clean'] },
        { op: 'RandomNormalLike', inputs: ['clean'], outputs: ['noise'] },
        { op: 'Mul', inputs: ['clean', 'noise'], outputs: ['y'] },
      ],
    }),
  );
  const yaml = 'golden:\n  - { inputs: { x: [0, 0] }, outputs: { y: [0] } }\n';
  const report = await validate({ 'model.onnx': noisy, 'model.yaml': yaml });
  expect(report.checks.find(({ name }) => name === 'golden')?.status).toBe('passed');
  expect(errorsOf(report).map(({ code }) => code)).toContain('non-deterministic');
});

test('a model that takes nothing that could be made up must bring golden rows', async () => {
  const inPlace = models.lookupModel([]);
  expect(errorsOf(await validateModelFile(inPlace))).toMatchObject([{ code: 'never-answered' }]);
});

test('a model that takes none of what is made up is asked its golden rows, and that is said', async () => {
  // Positions of which nobody knows that they are some: everything that is made up is too large.
  const picky = onnxModel({
    inputs: [{ name: 'x', datatype: 'INT64', shape: ['N', 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [
      { op: 'Sub', inputs: ['x', 'offset'], outputs: ['position'] },
      { op: 'Gather', inputs: ['table', 'position'], outputs: ['y'] },
    ],
    constants: [integers('offset', [1], [1_000]), floats('table', [4], [10, 11, 12, 13])],
  });
  const yaml = 'golden:\n  - { inputs: { x: [1002] }, outputs: { y: [12] } }\n';
  const report = await validate({ 'model.onnx': picky, 'model.yaml': yaml });
  expect(report.passed).toBe(true);
  expect(findingsOf(report)).toContainEqual(
    expect.objectContaining({
      code: 'input-refused',
      severity: 'warning',
      title: 'the model refuses what is made up for it',
    }),
  );
});

test('a model that fails on some of what is made up is noticed, with the inputs', async () => {
  const small = onnxModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [
      { op: 'Abs', inputs: ['x'], outputs: ['size'] },
      { op: 'Cast', inputs: ['size'], outputs: ['whole'], attributes: { to: 7 } },
      { op: 'Abs', inputs: ['whole'], outputs: ['position'] },
      { op: 'Gather', inputs: ['table', 'position'], outputs: ['y'] },
    ],
    constants: [
      floats(
        'table',
        [100],
        Array.from({ length: 100 }, (_, i) => i),
      ),
    ],
  });
  const report = await validateModelFile(small);
  expect(report.passed).toBe(true);
  const refused = findingsOf(report).filter(({ code }) => code === 'input-refused');
  expect(refused.map(({ title }) => title)).toEqual([
    'the model failed on inputs of -1e6',
    'the model failed on inputs of 1e6',
  ]);
  expect(report.checks.find(({ name }) => name === 'finite')?.detail).toMatch(/; 2 refused$/);
});
