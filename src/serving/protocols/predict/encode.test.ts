import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RequestId } from '../../../domain/ids.js';
import type { Tensor } from '../../../domain/tensor.js';
import type { OnnxVersion, PredictionSpec } from '../../../domain/version.js';
import { serinErrorOf } from '../../../../test/protocols/errors.js';
import { churn, tensorSpec, versionOf } from '../../../../test/protocols/version.js';
import type { DecodedCall } from '../codec.js';
import { predictCodec } from './codec.js';

const one: DecodedCall = { inputs: [], rows: 1, manyRows: false, id: undefined, requested: [] };

function listOf(rows: number): DecodedCall {
  return { ...one, rows, manyRows: true };
}

function text(outputs: readonly Tensor[], call: DecodedCall, version: OnnxVersion): string {
  const requestId = 'r"1' as RequestId;
  const facts = { version, arm: 'canary', requestId, latencyMs: 1.23456 } as const;
  const { headers, body } = predictCodec.encode(outputs, call, facts);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  return body.toString();
}

function answer(outputs: readonly Tensor[], call: DecodedCall, version: OnnxVersion): unknown {
  return JSON.parse(text(outputs, call, version));
}

function floats(shape: readonly number[], ...data: number[]): Tensor {
  return { name: 'y', datatype: 'FP64', shape, data: new Float64Array(data) };
}

function ofKind(kind: PredictionSpec['kind'], labels: readonly string[] = []): OnnxVersion {
  return versionOf({ inputs: [], prediction: { kind, labels } });
}

test('one row of a probability model has all that R1 and R2 read', () => {
  expect(answer([floats([1, 1], 0.25)], one, churn)).toEqual({
    prediction: 0.25,
    probability: 0.25,
    model_used: 'canary',
    model: 'churn',
    model_version: '1',
    latency_ms: 1.235,
    request_id: 'r"1',
  });
});

test('a list of rows is answered under plural names', () => {
  const outputs = [floats([2, 1], 0.25, 0.5)];
  expect(answer(outputs, listOf(2), churn)).toMatchObject({
    predictions: [0.25, 0.5],
    probabilities: [0.25, 0.5],
    model_used: 'canary',
  });
  expect(answer([floats([1], 0.5)], listOf(1), churn)).toMatchObject({ predictions: [0.5] });
});

test('an FP32 number keeps its exact value', () => {
  const y: Tensor = { name: 'y', datatype: 'FP32', shape: [1, 1], data: new Float32Array([0.1]) };
  expect(answer([y], one, churn)).toMatchObject({ prediction: Math.fround(0.1) });
});

describe('kinds', () => {
  test('a score of several numbers is a list', () => {
    const version = ofKind('score');
    expect(answer([floats([1, 2], 3, 4)], one, version)).toMatchObject({ prediction: [3, 4] });
    expect(answer([floats([2, 2], 1, 2, 3, 4)], listOf(2), version)).toMatchObject({
      predictions: [[1, 2], [3, 4]], // prettier-ignore
    });
    expect(answer([floats([1], 3)], one, version)).not.toHaveProperty('probability');
  });

  test('classes answer with the largest, its label, and all scores', () => {
    const named = ofKind('classes', ['cat', 'dog', '"bird"']);
    expect(answer([floats([1, 3], 0.2, 0.7, 0.1)], one, named)).toMatchObject({
      prediction: 1,
      label: 'dog',
      scores: { cat: 0.2, dog: 0.7, '"bird"': 0.1 },
    });
    const both = [floats([2, 3], 0.2, 0.7, 0.1, 0.1, 0, 0.9)];
    expect(answer(both, listOf(2), named)).toMatchObject({
      predictions: [1, 2],
      labels: ['dog', '"bird"'],
      scores: [{ dog: 0.7 }, { dog: 0 }],
    });
  });

  test('classes without names, or with names that do not fit, have scores as a list', () => {
    for (const labels of [[], ['a'], ['a', 'a']]) {
      expect(answer([floats([1, 2], 0.2, 0.8)], one, ofKind('classes', labels))).toMatchObject({
        prediction: 1,
        scores: [0.2, 0.8],
      });
    }
    const unnamed = answer([floats([1, 2], 0.2, 0.8)], one, ofKind('classes'));
    expect(unnamed).not.toHaveProperty('label');
  });

  test('a label is what the output holds, with its name beside it', () => {
    const classes: Tensor = {
      name: 'y',
      datatype: 'INT64',
      shape: [2],
      data: new BigInt64Array([1n, 0n]),
    };
    expect(answer([classes], listOf(2), ofKind('label', ['stays', 'leaves']))).toMatchObject({
      predictions: [1, 0],
      labels: ['leaves', 'stays'],
    });
    const words: Tensor = { ...classes, datatype: 'BYTES', shape: [1], data: [Buffer.from('é')] };
    expect(answer([words], one, ofKind('label'))).toMatchObject({ prediction: 'é' });
  });
});

test('other outputs follow by name, one row without the dimension of the rows', () => {
  const version = versionOf({
    inputs: [],
    outputs: [tensorSpec('y', 'FP32', [-1, 1]), tensorSpec('why', 'FP64', [-1, 2])],
  });
  const why = { ...floats([1, 2], 5, 6), name: 'why' };
  expect(answer([floats([1, 1], 0.5), why], one, version)).toMatchObject({
    outputs: { why: [5, 6] },
  });
  expect(answer([floats([1, 1], 0.5), why], listOf(1), version)).toMatchObject({
    outputs: { why: [[5, 6]] },
  });
  expect(answer([floats([1, 1], 0.5)], one, version)).not.toHaveProperty('outputs');
});

test('an output that is not one row a row is answered as a whole', () => {
  expect(answer([floats([], 0.5)], listOf(3), ofKind('score'))).toMatchObject({ prediction: 0.5 });
  expect(answer([floats([2, 1], 1, 2)], one, ofKind('score'))).toMatchObject({
    prediction: [[1], [2]],
  });
});

test.each([
  ['INT64', 2n ** 53n - 1n, '9007199254740991'],
  ['INT64', 2n ** 53n, '"9007199254740992"'],
  ['INT64', 1n - 2n ** 53n, '-9007199254740991'],
  ['INT64', -(2n ** 63n), '"-9223372036854775808"'],
  ['UINT64', 2n ** 64n - 1n, '"18446744073709551615"'],
] as const)('%s %s is a number where that is safe, else a string', (datatype, value, written) => {
  const data =
    datatype === 'INT64' ? new BigInt64Array([value, 7n]) : new BigUint64Array([value, 7n]);
  const id = { name: 'y', datatype, shape: [1, 2], data } as Tensor;
  expect(text([id], one, ofKind('score'))).toContain(`"prediction":[${written},7],`);
  const version = versionOf({ inputs: [], outputs: [tensorSpec('p', 'FP64', [-1, 1])] });
  const beside = text([{ ...floats([1, 1], 1), name: 'p' }, id], one, version);
  expect(beside).toContain(`"outputs":{"y":[${written},7]}`);
});

test('whatever 64-bit integers come out can be sent back as they are', () => {
  const version = versionOf({ inputs: [tensorSpec('y', 'INT64', [-1, 2])] });
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.maxSafeInteger(),
      (a, b) => {
        const data = new BigInt64Array([a, BigInt(b)]);
        const answered = text(
          [{ name: 'y', datatype: 'INT64', shape: [1, 2], data }],
          one,
          ofKind('score'),
        );
        const { prediction } = JSON.parse(answered) as { prediction: unknown };
        const request = Buffer.from(JSON.stringify({ features: prediction }));
        expect(predictCodec.decode(request, {}, version).inputs[0]?.data).toEqual(data);
      },
    ),
  );
});

test.each([NaN, Infinity, -Infinity])('%s is an error that names output and row', (value) => {
  const error = serinErrorOf(() => answer([floats([2, 1], 1, value)], listOf(2), churn));
  expect(error).toMatchObject({ code: 'output-not-finite', status: 500 });
  expect(error.message).toContain('output y, row 2');
});

test('bytes that are no text are the request’s error, not the model’s', () => {
  const bytes: Tensor = { name: 'y', datatype: 'BYTES', shape: [1], data: [Buffer.from([0xff])] };
  const error = serinErrorOf(() => answer([bytes], one, ofKind('label')));
  expect(error).toMatchObject({ code: 'output-not-text', status: 406 });
});

test('an answer without the prediction is the model’s failure', () => {
  expect(serinErrorOf(() => answer([], one, churn)).code).toBe('upstream-failed');
});
