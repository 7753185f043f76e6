import { expect, test } from 'vitest';
import { toModelName, toVersionName } from '../../../domain/ids.js';
import { tensorSpec, versionOf } from '../../../../test/protocols/version.js';
import { modelMetadata, serverMetadata } from './metadata.js';

test('the server names itself and its extensions', () => {
  expect(serverMetadata('0.1.0')).toEqual({
    name: 'serin',
    version: '0.1.0',
    extensions: ['binary_tensor_data', 'model_configuration', 'model_repository', 'statistics'],
  });
});

test('a model shows its signature, a free dimension as -1', () => {
  const version = versionOf({
    inputs: [tensorSpec('x', 'FP32', [-1, 5])],
    outputs: [tensorSpec('y', 'INT64', [-1])],
  });
  expect(modelMetadata(version, [toVersionName('1'), toVersionName('2')])).toEqual({
    name: 'churn',
    versions: ['1', '2'],
    platform: 'onnxruntime_onnx',
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 5] }],
    outputs: [{ name: 'y', datatype: 'INT64', shape: [-1] }],
  });
});

test('a model behind another HTTP server shows no signature, because none is known', () => {
  const version = {
    kind: 'http',
    model: toModelName('churn'),
    version: toVersionName('other'),
    url: 'http://127.0.0.1:7011',
  } as const;
  expect(modelMetadata(version, [])).toMatchObject({ platform: 'http', inputs: [], outputs: [] });
});
