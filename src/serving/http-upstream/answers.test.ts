import { afterEach, expect, test } from 'vitest';
import { call, endUpstream, upstreamOf } from '../../../test/serving/upstream-of.js';
import type { Prediction } from '../../domain/observation.js';
import { Protocol, type Call } from '../upstream.js';

afterEach(endUpstream);

test('an answer of /predict says which arm, version and request it is of', async () => {
  const served = await upstreamOf((_request, response) => {
    response.setHeader('content-type', 'application/json').setHeader('etag', '"a"');
    response.end('{"prediction":9223372036854775807,"model_used":"mine","extra":[1.0]}');
  });
  const answer = await served.answer(call());
  const text = answer.body.toString();
  expect(text).toContain('{"prediction":9223372036854775807,"extra":[1.0],"model_used":"canary",');
  expect(JSON.parse(text)).toMatchObject({
    model: 'churn',
    model_version: 'b',
    model_used: 'canary',
    request_id: 'r1',
    latency_ms: expect.any(Number) as number,
  });
  // It spoke of the bytes as the server wrote them.
  expect(answer.headers['etag']).toBeUndefined();
});

const inference = '{"model_name":"churn","model_version":"7","outputs":[],"parameters":{"a":1}}';

test('an answer of the Open Inference Protocol says it, too', async () => {
  const served = await upstreamOf((_request, response) => {
    response.setHeader('content-type', 'application/json').end(inference);
  });
  const { body } = await served.answer(call({ protocol: Protocol.OpenInference }));
  expect(JSON.parse(body.toString())).toEqual({
    model_name: 'churn',
    model_version: 'b',
    outputs: [],
    parameters: { a: 1, arm: 'canary', request_id: 'r1', latency_ms: expect.any(Number) as number },
  });
});

test('binary tensors stay where the header says that they begin', async () => {
  const tensors = Buffer.from([0, 0x22, 0xff, 0x7d]);
  const served = await upstreamOf((_request, response) => {
    response.setHeader('content-type', 'application/octet-stream');
    response.setHeader('inference-header-content-length', inference.length);
    response.end(Buffer.concat([Buffer.from(inference), tensors]));
  });
  const { body, headers } = await served.answer(call({ protocol: Protocol.OpenInference }));
  const end = Number(headers['inference-header-content-length']);
  const json = JSON.parse((body as Buffer).toString('utf8', 0, end)) as unknown;
  expect(json).toMatchObject({ model_version: 'b', parameters: { a: 1, arm: 'canary' } });
  expect((body as Buffer).subarray(end)).toEqual(tensors);
});

/** An answer whose outputs are bytes, as Triton gives them to a client that asks for no other. */
async function answerInBytes(
  ...outputs: readonly [name: string, datatype: string, shape: number[], bytes: Buffer][]
): Promise<Prediction | undefined> {
  const described = outputs.map(([name, datatype, shape, { length }]) => ({
    ...{ name, datatype, shape },
    parameters: { binary_data_size: length },
  }));
  const json = Buffer.from(JSON.stringify({ model_name: 'churn', outputs: described }));
  const served = await upstreamOf((_request, response) => {
    response.setHeader('inference-header-content-length', json.length);
    response.end(Buffer.concat([json, ...outputs.map(([, , , bytes]) => bytes)]));
  });
  return (await served.answer(call({ protocol: Protocol.OpenInference }))).prediction;
}

function floats(...values: number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer);
}

test.each([
  ['FP32', [2, 1], floats(0.25, 0.5), { kind: 'score', value: 0.25 }],
  ['INT64', [1], Buffer.from(BigInt64Array.of(7n).buffer), { kind: 'score', value: 7 }],
  ['BYTES', [1], Buffer.from('\x03\0\0\0cat'), { kind: 'class', label: 'cat' }],
  ['FP32', [3], floats(0.25), undefined],
  ['FP32', [-1], floats(0.25), undefined],
  ['FP99', [1], floats(0.25), undefined],
] as const)('the prediction of %s %j in bytes is read', async (datatype, shape, bytes, found) => {
  expect(await answerInBytes(['y', datatype, [...shape], bytes])).toEqual(found);
});

test('a server that answers with NaN in bytes failed, whichever output it is in', async () => {
  const answered = answerInBytes(['y', 'FP32', [1], floats(1)], ['z', 'FP32', [2], floats(1, NaN)]);
  await expect(answered).rejects.toMatchObject({ code: 'output-not-finite' });
});

const request = (data: Buffer): Partial<Call> => {
  const parameters = { binary_data_size: data.length };
  const input = { name: 'x', datatype: 'FP32', shape: [1], parameters };
  const json = Buffer.from(JSON.stringify({ inputs: [input] }));
  const headers = { 'inference-header-content-length': String(json.length) };
  return { headers, body: Buffer.concat([json, data]) };
};

test.each([
  ['finite numbers', {}, true],
  ['finite numbers in bytes', request(floats(1)), true],
  ['NaN', { body: Buffer.from('{"features":[NaN]}') }, false],
  ['NaN in bytes', request(floats(NaN)), false],
  ['what nobody understands', { body: Buffer.from('1;2;3') }, false],
])('NaN is answered to %s: it is told whether that is the version’s', async (_what, asked, is) => {
  const served = await upstreamOf((_request, response) => {
    response.setHeader('content-type', 'application/json').end('{"prediction":NaN}');
  });
  const fields = { inputsAreFinite: is };
  await expect(served.answer(call(asked))).rejects.toMatchObject({ words: { fields } });
});

test.each([
  ['a list', 'application/json', '[1]'],
  ['broken', 'application/json', '{"prediction":"NaN"'],
  ['no JSON', 'text/plain', '{"prediction":NaN}'],
  ['not UTF-8', 'application/json', Buffer.from('{"label":"caf\xe9"}', 'latin1')],
])('an answer that is %s is passed on byte by byte', async (_what, type, body) => {
  const served = await upstreamOf((_request, response) => {
    response.setHeader('content-type', type).end(body);
  });
  const answer = await served.answer(call());
  expect(answer.body).toEqual(Buffer.from(body));
  expect(answer.prediction).toBeUndefined();
});

test.each(['{"prediction":NaN}', '{"a":"\\"","b":[1, -Infinity]}'])(
  'a server that answers %s failed: no client could read that',
  async (text) => {
    const served = await upstreamOf((_request, response) => {
      response.setHeader('content-type', 'application/json').end(text);
    });
    await expect(served.answer(call())).rejects.toMatchObject({
      code: 'output-not-finite',
      status: 500,
    });
  },
);

test.each([
  ['{"label":"cat","scores":[1]}', { kind: 'class', label: 'cat' }],
  ['{"predictions":[0.5,0.7]}', { kind: 'score', value: 0.5 }],
  ['{"outputs":[{"name":"y","data":[3]}]}', { kind: 'score', value: 3 }],
  ['{"answer":1}', undefined],
  ['not json', undefined],
  ['{"prediction":1e999}', undefined],
  [`{"predictions":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, undefined],
])('the prediction of %s is read', async (body, prediction) => {
  const served = await upstreamOf((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(body);
  });
  expect((await served.answer(call())).prediction).toEqual(prediction);
});
