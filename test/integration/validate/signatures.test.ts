import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { locateModel } from '../../../src/gates/validate/locate-model.js';
import { validateModel } from '../../../src/gates/validate/validate-model.js';
import { startModelProcess } from '../../../src/serving/start-model-process.js';
import { folderWith } from '../../models/repository-on-disk.js';
import { onnxModel } from '../../onnx/build.js';
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

// What a model takes and gives, against what is expected and against stable.

vi.setConfig(patience);

test('a wrong shape is caught against the expected one', async () => {
  const expectations = { inputs: { x: { shape: [-1, 3] } } };
  const [found] = errorsOf(await validateModelFile(stable, { expectations }));
  expect(found).toMatchObject({
    code: 'signature-unexpected',
    expected: 'x FP32 [N, 3]',
    found: 'x FP32 [N, 2]',
  });
});

test('a wrong shape is caught against what model.yaml expects', async () => {
  const yaml = 'validate:\n  inputs:\n    x: { datatype: float32, shape: [None, 5] }\n';
  const [found] = errorsOf(await validate({ 'model.onnx': stable, 'model.yaml': yaml }));
  expect(found).toMatchObject({ code: 'signature-unexpected', expected: 'x FP32 [N, 5]' });
});

test('a renamed input is caught against stable, and called so', async () => {
  const renamed = onnxModel(
    smallGraph({
      inputs: [{ name: 'input', datatype: 'FP32', shape: ['N', 2] }],
      nodes: [{ op: 'MatMul', inputs: ['input', 'w'], outputs: ['y'] }],
    }),
  );
  const found = errorsOf(await validateModelFile(renamed, { stable }));
  expect(found.map(({ code }) => code)).toEqual(['signature-breaking', 'signature-breaking']);
  expect(found[0]).toMatchObject({ title: 'the input x is gone' });
  expect(found[1]?.found).toBe('input FP32 [N, 2] as well (was x renamed?)');
});

test('float64 in the place of float32 is caught', async () => {
  const wide = onnxModel(
    smallGraph({
      inputs: [{ name: 'x', datatype: 'FP64', shape: ['N', 2] }],
      nodes: [
        { op: 'Cast', inputs: ['x'], outputs: ['narrow'], attributes: { to: 1 } },
        { op: 'MatMul', inputs: ['narrow', 'w'], outputs: ['y'] },
      ],
    }),
  );
  expect(errorsOf(await validateModelFile(wide, { stable }))).toMatchObject([
    {
      code: 'signature-breaking',
      expected: 'x FP32 [N, 2], as stable has it',
      found: 'x FP64 [N, 2]',
    },
  ]);
});

test('what is new beside all that stable has is said, and fails nothing', async () => {
  const more = onnxModel(
    smallGraph({
      outputs: [
        { name: 'y', datatype: 'FP32', shape: ['N', 1] },
        { name: 'z', datatype: 'FP32', shape: ['N', 1] },
      ],
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] },
        { op: 'Neg', inputs: ['y'], outputs: ['z'] },
      ],
    }),
  );
  const report = await validateModelFile(more, { stable });
  expect(report.passed).toBe(true);
  expect(codesOf(report)).toContain('signature-widened');
});

test('classes that are named in another order than those of stable are caught', async () => {
  const folder = await folderWith({
    'churn/1/model.onnx': models.logisticModel(),
    'churn/1/model.yaml': 'labels: [stays, leaves]\n',
    'churn/2/model.onnx': models.logisticModel(),
    'churn/2/model.yaml': 'labels: [leaves, stays]\n',
  });
  const report = await validateModel({
    candidate: await locateModel(path.join(folder, 'churn/2')),
    against: await locateModel(path.join(folder, 'churn/1')),
    profile: 'quick',
    start: startModelProcess,
  });
  expect(errorsOf(report)).toMatchObject([{ code: 'labels-reordered', found: 'leaves, stays' }]);
});

test('an output that cannot be served is caught', async () => {
  expect(errorsOf(await validateModelFile(models.sequenceOutputModel()))).toMatchObject([
    { code: 'unservable-signature', found: 'a sequence of tensors' },
  ]);
});
