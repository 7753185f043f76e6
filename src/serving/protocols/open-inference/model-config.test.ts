import { expect, test } from 'vitest';
import { toModelName, toVersionName } from '../../../domain/ids.js';
import { tensorSpec, versionOf } from '../../../../test/protocols/version.js';
import { modelConfig } from './model-config.js';

test('a model whose rows are batched shows its largest batch, and dimensions without it', () => {
  const version = versionOf({
    inputs: [tensorSpec('x', 'FP32', [-1, 5]), tensorSpec('words', 'BYTES', [-1, 1])],
    outputs: [tensorSpec('y', 'INT64', [-1])],
  });
  expect(modelConfig({ ...version, batching: { ...version.batching, enabled: true } })).toEqual({
    name: 'churn',
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    max_batch_size: version.batching.maxBatchSize,
    input: [
      { name: 'x', data_type: 'TYPE_FP32', dims: [5] },
      { name: 'words', data_type: 'TYPE_STRING', dims: [1] },
    ],
    output: [{ name: 'y', data_type: 'TYPE_INT64', dims: [] }],
  });
});

test('a model whose first dimension is fixed has no batch', () => {
  const version = versionOf({
    inputs: [tensorSpec('x', 'FP32', [1, 5])],
    outputs: [tensorSpec('y', 'BOOL', [1])],
  });
  expect(modelConfig(version)).toMatchObject({
    max_batch_size: 0,
    input: [{ dims: [1, 5] }],
    output: [{ data_type: 'TYPE_BOOL', dims: [1] }],
  });
});

test('a model behind another HTTP server has none that is known', () => {
  const [model, version] = [toModelName('churn'), toVersionName('other')];
  const url = 'http://127.0.0.1:7011';
  expect(() => modelConfig({ kind: 'http', model, version, url })).toThrow('other');
});
