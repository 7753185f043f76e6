import { expect, test } from 'vitest';
import { Arm } from '../domain/arm.js';
import { toModelName, type RequestId, type VersionName } from '../domain/ids.js';
import { Outcome } from '../domain/observation.js';
import type { Tensor } from '../domain/tensor.js';
import { ServedModel } from '../serving/gateway/served-model.js';
import type { ShadowPair } from '../serving/gateway/shadow-pair.js';
import { Protocol, type Answer } from '../serving/upstream.js';
import { Split } from '../traffic/in-process/split.js';
import { Disagreements, type DisagreementsOptions } from './disagreements.js';

const name = toModelName('churn');
const model = new ServedModel(name, new Split(name, () => 0.5));

test('an example can be read: inputs and outputs by their names, both predictions, how far apart', () => {
  const kept = keeping({});
  kept.record(pairOf('r1', 0.25));
  expect(kept.of(name)).toEqual([
    {
      requestId: 'r1',
      atMs: 5,
      versions: { stable: '1', canary: '3' },
      difference: { absolute: 0.25, relative: 0.5 },
      payload: {
        predictions: {
          stable: { kind: 'score', value: 0.5 },
          canary: { kind: 'score', value: 0.75 },
        },
        inputs: { features: [[0.1, 2]] },
        stable: { probability: [0.5] },
        canary: { probability: [0.75] },
      },
    },
  ]);
});

test('without payloads nothing is kept but when it was and how far apart', () => {
  const kept = keeping({ keepPayloads: false });
  kept.record(pairOf('r1', 0.25));
  expect(kept.of(name)).toEqual([
    {
      requestId: 'r1',
      atMs: 5,
      versions: { stable: '1', canary: '3' },
      difference: { absolute: 0.25, relative: 0.5 },
    },
  ]);
});

test('the newest are kept, and of the older ones those that are furthest apart', () => {
  const kept = keeping({ newest: 3, largest: 2 });
  for (const [index, difference] of [0.9, 0.1, 0.8, 0.2, 0.3, 0.1, 0.1, 0.2].entries()) {
    kept.record(pairOf(`r${index}`, difference));
  }
  expect(kept.of(name).map(({ requestId }) => requestId)).toEqual(['r7', 'r6', 'r5', 'r0', 'r2']);
});

test('one that is among the newest and furthest apart is listed once', () => {
  const kept = keeping({});
  kept.record(pairOf('r1', 0.9));
  expect(kept.of(name)).toHaveLength(1);
});

test('examples of other versions are forgotten when a new pair of versions disagrees', () => {
  const kept = keeping({});
  kept.record(pairOf('r1', 0.9));
  kept.record(pairOf('r2', 0.1, { canary: '4' }));
  expect(kept.of(name).map(({ requestId }) => requestId)).toEqual(['r2']);
});

test('a request that is larger than is kept is left out, and its size is said', () => {
  const kept = keeping({ maxPayloadBytes: 7 });
  kept.record(pairOf('r1', 0.1));
  expect(kept.of(name)[0]?.payload).toMatchObject({
    inputs: { left_out: '8 bytes: too many to keep, or no text' },
    stable: { probability: [0.5] },
  });
});

test('what is kept does not change when the buffer that it came from is used again', () => {
  const kept = keeping({});
  const pair = pairOf('r1', 0.25);
  kept.record(pair);
  (pair.original.answer?.tensors?.inputs[0]?.data as Float32Array).fill(9);
  expect(kept.of(name)[0]?.payload?.inputs).toEqual({ features: [[0.1, 2]] });
});

test('bodies of other servers are read as JSON, or shown as text; other bytes are left out', () => {
  const kept = keeping({});
  kept.record(
    pairOf('r1', 0.1, {
      stableAnswer: body('application/json', '{"label":"yes"}'),
      canaryAnswer: body('text/plain; charset=utf-8', 'no'),
    }),
  );
  kept.record(
    pairOf('r2', 0.1, {
      stableAnswer: body('application/octet-stream', '\0\0'),
      canaryAnswer: body('application/json', '{"label":'),
    }),
  );
  const [second, first] = kept.of(name);
  expect(first?.payload).toMatchObject({
    inputs: { features: [0.1, 2] },
    stable: { label: 'yes' },
    canary: 'no',
  });
  expect(second?.payload).toMatchObject({
    stable: { left_out: '2 bytes: too many to keep, or no text' },
    canary: '{"label":',
  });
});

function keeping(wishes: Partial<DisagreementsOptions>): Disagreements {
  return new Disagreements({ keepPayloads: true, ...wishes });
}

interface Wishes {
  readonly canary?: string;
  readonly stableAnswer?: Answer;
  readonly canaryAnswer?: Answer;
}

function pairOf(id: string, absolute: number, wishes: Wishes = {}): ShadowPair {
  const requestId = id as RequestId;
  const {
    canary = '3',
    stableAnswer = probability(0.5),
    canaryAnswer = probability(0.75),
  } = wishes;
  const attempt = { model, startedAtMs: 5, latencyMs: 1, rows: 1, hasFallback: false };
  const seen = { requestId, startedAtMs: 5, latencyMs: 1, outcome: Outcome.Ok };
  return {
    stable: { ...seen, arm: Arm.Stable },
    canary: { ...seen, arm: Arm.Canary },
    agree: false,
    difference: { absolute, relative: 2 * absolute },
    request: {
      requestId,
      protocol: Protocol.Predict,
      path: '/predict',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{"features":[0.1,2]}'),
      arrivedAtMs: 0,
    },
    original: {
      ...attempt,
      arm: Arm.Stable,
      version: '1' as VersionName,
      answer: stableAnswer,
      failure: undefined,
    },
    copy: {
      ...attempt,
      arm: Arm.Canary,
      version: canary as VersionName,
      answer: canaryAnswer,
      failure: undefined,
    },
  };
}

function probability(value: number): Answer {
  const floats = (of: string, shape: number[], numbers: number[]): Tensor => ({
    name: of,
    datatype: 'FP32',
    shape,
    data: Float32Array.from(numbers),
  });
  return {
    status: 200,
    headers: {},
    body: '',
    rows: 1,
    prediction: { kind: 'score', value },
    tensors: {
      inputs: [floats('features', [1, 2], [0.1, 2])],
      outputs: [floats('probability', [1], [value])],
    },
  };
}

function body(contentType: string, text: string): Answer {
  return {
    status: 200,
    headers: { 'content-type': contentType },
    body: Buffer.from(text),
    rows: 1,
  };
}
