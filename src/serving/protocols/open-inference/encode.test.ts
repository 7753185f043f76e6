import { expect, test } from 'vitest';
import type { RequestId } from '../../../domain/ids.js';
import type { Tensor } from '../../../domain/tensor.js';
import { serinErrorOf } from '../../../../test/protocols/errors.js';
import { tensorSpec, versionOf } from '../../../../test/protocols/version.js';
import type { RequestedOutput } from '../codec.js';
import { openInferenceCodec } from './codec.js';

const version = versionOf({ inputs: [tensorSpec('x', 'FP32', [-1])] });
const y: Tensor = { name: 'y', datatype: 'FP32', shape: [1, 2], data: new Float32Array([1, 2]) };
const z: Tensor = { name: 'z', datatype: 'BYTES', shape: [], data: [Buffer.from('é')] };

function encode(outputs: readonly Tensor[], requested: readonly RequestedOutput[], id?: string) {
  const call = { inputs: [], rows: 1, manyRows: true, id, requested };
  const facts = { version, arm: 'canary', requestId: 'r1' as RequestId, latencyMs: 2 } as const;
  return openInferenceCodec.encode(outputs, call, facts);
}

test('a JSON answer says who answered, and echoes the id', () => {
  const { headers, body } = encode([y, z], [{ name: 'z', binary: false }, { name: 'y', binary: false }], '4"2'); // prettier-ignore
  expect(headers).toEqual({ 'content-type': 'application/json; charset=utf-8' });
  expect(JSON.parse(body.toString())).toEqual({
    model_name: 'churn',
    model_version: '1',
    id: '4"2',
    parameters: { arm: 'canary', request_id: 'r1', latency_ms: 2 },
    outputs: [
      { name: 'z', datatype: 'BYTES', shape: [], data: ['é'] },
      { name: 'y', datatype: 'FP32', shape: [1, 2], data: [1, 2] },
    ],
  });
});

test('binary outputs follow the JSON, in the order in which they were asked for', () => {
  const { headers, body } = encode([y, z], [{ name: 'z', binary: true }, { name: 'y', binary: false }]); // prettier-ignore
  const length = Number(headers['inference-header-content-length']);
  expect(headers['content-type']).toBe('application/octet-stream');
  expect(JSON.parse(Buffer.from(body).toString('utf8', 0, length))).toMatchObject({
    outputs: [
      { name: 'z', parameters: { binary_data_size: 6 } },
      { name: 'y', data: [1, 2] },
    ],
  });
  expect([...Buffer.from(body).subarray(length)]).toEqual([2, 0, 0, 0, 0xc3, 0xa9]);
});

test('NaN is an error in JSON, and itself as bytes', () => {
  const nan: Tensor = { ...y, data: new Float32Array([1, NaN]) };
  const error = serinErrorOf(() => encode([nan], [{ name: 'y', binary: false }]));
  expect(error.code).toBe('output-not-finite');
  const body = encode([nan], [{ name: 'y', binary: true }]).body as Buffer;
  expect(body.subarray(-4)).toEqual(Buffer.from(new Float32Array([NaN]).buffer));
});

test('bytes that are no text are an error in JSON that says how to get them', () => {
  const odd: Tensor = { ...z, data: [Buffer.from([0xff])] };
  const error = serinErrorOf(() => encode([odd], [{ name: 'z', binary: false }]));
  expect(error).toMatchObject({ code: 'output-not-text', status: 406 });
  expect(error.advice).toContain('binary_data');
});

test('an output that the model did not give is the model’s failure', () => {
  const error = serinErrorOf(() => encode([y], [{ name: 'z', binary: false }]));
  expect(error.code).toBe('upstream-failed');
});
