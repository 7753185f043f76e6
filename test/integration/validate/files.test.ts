import { expect, test, vi } from 'vitest';
import { findingsOf } from '../../../src/gates/report/report.js';
import { buildModel } from '../../../src/models/onnx/build.js';
import { floats, onnxModel } from '../../onnx/build.js';
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

// What a model's files say of themselves, and what is missing of them.

vi.setConfig(patience);

test('a good model passes, also against itself', async () => {
  const report = await validateModelFile(stable, { stable, profile: 'standard' });
  expect(errorsOf(report)).toEqual([]);
  expect(report.passed).toBe(true);
  expect(report.checks.map(({ status }) => status)).not.toContain('failed');
});

test('a file that was cut off is caught', async () => {
  const cut = models.logisticModel().slice(0, 100);
  const report = await validateModelFile(cut);
  expect(errorsOf(report)).toMatchObject([
    { code: 'not-onnx', found: 'a file that ends too early (cut off?)' },
  ]);
  expect(report.checks.filter(({ status }) => status === 'skipped').length).toBeGreaterThan(10);
});

test('weights that are missing are caught, and named', async () => {
  expect(errorsOf(await validateModelFile(models.externalDataModel()))).toMatchObject([
    { code: 'external-data-missing', expected: expect.stringContaining('"weights.bin"') as string },
  ]);
});

test('weights outside of the folder are caught, before anything reads them', async () => {
  const outside = onnxModel(
    smallGraph({
      constants: [{ name: 'w', datatype: 'FP32', shape: [2, 1], external: '../secret.bin' }],
    }),
  );
  const report = await validate({ 'model.onnx': outside, '../secret.bin': new Uint8Array(8) });
  expect(errorsOf(report)).toMatchObject([
    { code: 'external-data-outside', found: '"../secret.bin"' },
  ]);
});

test('weights that were cut off are caught', async () => {
  const files = { 'model.onnx': weightsBeside(4), 'w.bin': new Uint8Array(7) };
  expect(errorsOf(await validate(files))).toMatchObject([{ code: 'external-data-short' }]);
});

/** One number a row, times a weight that is in a file of its own. */
function weightsBeside(lengthBytes: number): Uint8Array {
  return buildModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [{ type: 'Mul', inputs: ['x', 'w'], outputs: ['y'] }],
    initializers: [
      { name: 'w', datatype: 'FP32', shape: [1], location: 'w.bin', offsetBytes: 4, lengthBytes },
    ],
  });
}

test('weights in a file beside the model are read and pass', async () => {
  const weight = new Uint8Array(Float32Array.of(0, 3).buffer);
  const yaml = 'golden: [{ inputs: { x: [2] }, outputs: { y: [6] } }]';
  const files = { 'model.onnx': weightsBeside(4), 'w.bin': weight, 'model.yaml': yaml };
  expect(errorsOf(await validate(files))).toEqual([]);
});

test('other bytes than expected are caught', async () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  expect(errorsOf(await validateModelFile(stable, { expectations: { digest } }))).toMatchObject([
    { code: 'digest-mismatch', expected: digest },
  ]);
});

test('a model that is larger than it may be is refused, where nobody accepted that', async () => {
  const yaml = 'validate: { maxSize: 100B }\n';
  const files = { 'model.onnx': stable, 'model.yaml': yaml };
  expect(errorsOf(await validate(files))).toMatchObject([
    { code: 'size-over-limit', expected: 'a model of at most 100 B' },
  ]);
  const accept = { 'size-over-limit': 'a small one' };
  const accepted = await validate(files, { expectations: { accept } });
  expect(errorsOf(accepted)).toEqual([]);
  expect(findingsOf(accepted)).toContainEqual(
    expect.objectContaining({ code: 'size-over-limit', accepted: 'a small one' }),
  );
});

test('an opset that is newer than the runtime is caught, and what the runtime says of it', async () => {
  const found = errorsOf(await validateModelFile(onnxModel(smallGraph(), { opset: 99 })));
  expect(found[0]).toMatchObject({
    code: 'opset-unsupported',
    expected: 'opset 26 or lower',
    found: 'opset 99',
  });
  expect(found[1]).toMatchObject({ code: 'load-failed' });
});

test('a format of before or after the runtime is caught', async () => {
  const build = (irVersion: number, opset: number) =>
    buildModel({
      inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 2] }],
      outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 2] }],
      nodes: [{ type: 'Identity', inputs: ['x'], outputs: ['y'] }],
      irVersion,
      opsets: { 'ai.onnx': opset },
    });
  expect(errorsOf(await validateModelFile(build(99, 17)))[0]).toMatchObject({
    code: 'ir-version-unsupported',
    found: 'IR version 99',
  });
  const old = await validateModelFile(build(3, 6));
  expect(old.passed).toBe(true);
  expect(codesOf(old)).toContain('opset-old');
});

test('a custom operator is caught, and named', async () => {
  const found = errorsOf(await validateModelFile(models.unknownOperatorModel()));
  expect(found[0]).toMatchObject({ code: 'operator-domain', found: 'com.example.Frobnicate' });
});

test('operators of other domains than those that are allowed are caught, though the runtime has them', async () => {
  const fused = onnxModel(
    smallGraph({
      nodes: [{ op: 'FusedMatMul', inputs: ['x', 'w'], outputs: ['y'], domain: 'com.microsoft' }],
    }),
    { domains: { 'com.microsoft': 1 } },
  );
  expect(errorsOf(await validateModelFile(fused))).toEqual([]);
  const only = (domains: string) =>
    validate({ 'model.onnx': fused, 'model.yaml': `validate: { domains: [${domains}] }\n` });
  expect(errorsOf(await only('ai.onnx'))).toMatchObject([
    {
      code: 'operator-domain',
      expected: 'operators of ai.onnx',
      found: 'com.microsoft.FusedMatMul',
    },
  ]);
  expect(errorsOf(await only('ai.onnx, com.microsoft'))).toEqual([]);
});

test('weights that nobody reads are noticed', async () => {
  const constants = [floats('w', [2, 1], [1, -0.5]), floats('left over', [3], [1, 2, 3])];
  const report = await validateModelFile(onnxModel(smallGraph({ constants })));
  expect(report.passed).toBe(true);
  expect(findingsOf(report)).toContainEqual(
    expect.objectContaining({ code: 'unused-initializer', found: '1: "left over"' }),
  );
});

test('an input that nothing reads is noticed', async () => {
  const inputs = [
    { name: 'x', datatype: 'FP32', shape: ['N', 2] },
    { name: 'age', datatype: 'FP32', shape: ['N', 1] },
  ] as const;
  const report = await validateModelFile(onnxModel(smallGraph({ inputs })));
  expect(report.passed).toBe(true);
  expect(findingsOf(report)).toContainEqual(
    expect.objectContaining({ code: 'unused-input', severity: 'warning', found: '1: "age"' }),
  );
});

test('weights that are listed as inputs too are noticed, and nobody has to send them', async () => {
  const inputs = [
    { name: 'x', datatype: 'FP32', shape: ['N', 2] },
    { name: 'w', datatype: 'FP32', shape: [2, 1] },
  ] as const;
  const report = await validateModelFile(onnxModel(smallGraph({ inputs })));
  expect(errorsOf(report)).toEqual([]);
  expect(codesOf(report)).toContain('initializer-as-input');
});

test('a model.yaml that cannot be used, or does not fit the model, is caught, and what is wrong in it', async () => {
  const withConfig = (yaml: string) => validate({ 'model.onnx': stable, 'model.yaml': yaml });
  const [unknown] = errorsOf(await withConfig('validate:\n  maxSise: 1MiB\n'));
  expect(unknown).toMatchObject({
    code: 'config-invalid',
    title: 'model.yaml cannot be used',
    expected: expect.stringContaining('maxSize') as string,
    found: expect.stringContaining('maxSise') as string,
  });
  const [unfit] = errorsOf(await withConfig('prediction: { output: z }\n'));
  expect(unfit).toMatchObject({ code: 'config-invalid', expected: 'an output of the model: y' });
});
