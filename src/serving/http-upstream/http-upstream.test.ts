import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { Arm } from '../../domain/arm.js';
import { toModelName, type RequestId, type VersionName } from '../../domain/ids.js';
import type { Prediction } from '../../domain/observation.js';
import { FaultInjector } from '../faults.js';
import { Protocol, type Call } from '../upstream.js';
import { HttpUpstream, defaultHttpUpstreamOptions } from './http-upstream.js';

let server: Server | undefined;
let upstream: HttpUpstream | undefined;

afterEach(async () => {
  await upstream?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(0) : server.close(resolve)));
  server = upstream = undefined;
});

async function upstreamOf(
  listener: RequestListener,
  path = '',
  requestTimeoutMs?: number,
): Promise<HttpUpstream> {
  const listening = (server = createServer(listener));
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  return newUpstream(`http://127.0.0.1:${port}${path}`, requestTimeoutMs);
}

function newUpstream(url: string, requestTimeoutMs = 30_000): HttpUpstream {
  upstream = new HttpUpstream(
    { kind: 'http', model: toModelName('churn'), version: 'b' as VersionName, url },
    new FaultInjector(() => 0.5),
    { ...defaultHttpUpstreamOptions, requestTimeoutMs },
  );
  return upstream;
}

function call(more: Partial<Call> = {}): Call {
  return {
    requestId: 'r1' as RequestId,
    arm: Arm.Canary,
    protocol: Protocol.Predict,
    path: '/predict?x=1',
    headers: { 'content-type': 'application/json', authorization: 'Bearer secret', host: 'a' },
    body: Buffer.from('{"features":[1]}'),
    arrivedAtMs: 0,
    ...more,
  };
}

test('the request is passed on as it was sent, but for the admin token', async () => {
  const served = await upstreamOf((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url, method, headers } = request;
      response.setHeader('content-type', 'application/json');
      const { authorization = 'none', 'x-request-id': id } = headers;
      const body = Buffer.concat(chunks).toString();
      response.end(JSON.stringify({ prediction: 0.75, url, method, authorization, id, body }));
    });
  });
  const answer = await served.answer(call());
  expect(JSON.parse(answer.body.toString())).toMatchObject({
    prediction: 0.75,
    url: '/predict?x=1',
    method: 'POST',
    authorization: 'none',
    id: 'r1',
    body: '{"features":[1]}',
  });
  expect(answer.prediction).toEqual({ kind: 'score', value: 0.75 });
});

test('a server can tell a copy from a request, and no client can say that its own is one', async () => {
  const served = await upstreamOf((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ label: request.headers['serin-shadow'] ?? 'none' }));
  });
  const labelOf = async (more: Partial<Call>): Promise<unknown> =>
    (await served.answer(call(more))).prediction;
  expect(await labelOf({ isCopy: true })).toEqual({ kind: 'class', label: 'copy' });
  const headers = { 'serin-shadow': 'copy' };
  expect(await labelOf({ headers })).toEqual({ kind: 'class', label: 'none' });
});

test('closing lets requests finish, and waits for no copy', async () => {
  const waiting: (() => void)[] = [];
  const listener: RequestListener = (request, response) => {
    if (request.headers['serin-shadow'] === undefined) waiting.push(() => response.end('{}'));
  };
  const served = await upstreamOf(listener);
  const copy = expect(served.answer(call({ isCopy: true }))).rejects.toMatchObject({
    code: 'upstream-failed',
  });
  const answer = served.answer(call());
  await expect.poll(() => waiting.length, { interval: 1, timeout: 10_000 }).toBe(1);
  const closed = served.close();
  for (const finish of waiting) finish();
  expect((await answer).status).toBe(200);
  await closed;
  await copy;
  expect(served.isReady()).toBe(false);
});

test('where the address has a path, predictions go there', async () => {
  const served = await upstreamOf(
    (request, response) => response.end(request.url),
    '/v1/score?a=b',
  );
  expect((await served.answer(call())).body.toString()).toBe('/v1/score?a=b');
  const infer = call({ protocol: Protocol.OpenInference, path: '/v2/models/churn/infer' });
  expect((await served.answer(infer)).body.toString()).toBe('/v2/models/churn/infer');
});

test('the server is not asked for a version, as only Serin knows it by that name', async () => {
  const served = await upstreamOf((request, response) => response.end(request.url));
  const path = '/v2/models/churn/versions/127.0.0.1%3A80/infer?a=b';
  const answer = await served.answer(call({ protocol: Protocol.OpenInference, path }));
  expect(answer.body.toString()).toBe('/v2/models/churn/infer?a=b');
});

test('several cookies of a server stay several', async () => {
  const cookies = ['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2'];
  const served = await upstreamOf((_request, response) => {
    response.setHeader('set-cookie', cookies);
    response.end('{}');
  });
  expect((await served.answer(call())).headers['set-cookie']).toEqual(cookies);
});

test("the server's own refusal reaches the client as it is", async () => {
  const served = await upstreamOf((_request, response) => {
    response.statusCode = 422;
    response.end('wrong');
  });
  expect(await served.answer(call())).toMatchObject({ status: 422, body: Buffer.from('wrong') });
});

test.each([
  ['answers 500', (_q, response) => response.writeHead(500).end('x'), /status 500/],
  ['resets the connection', (request) => request.socket.destroy(), /other side closed|ECONNRESET/],
  [
    'packs its answer as nobody knows',
    (_q, response) => response.setHeader('content-encoding', 'zip').end('x'),
    /Content-Encoding "zip"/,
  ],
  [
    'says that its answer is packed, which it is not',
    (_q, response) => response.setHeader('content-encoding', 'gzip').end('x'),
    /cannot be unpacked as gzip/,
  ],
] satisfies [string, RequestListener, RegExp][])(
  'a server that %s is a failure of the upstream',
  async (_what, listener, words) => {
    const served = await upstreamOf(listener);
    await expect(served.answer(call())).rejects.toThrow(words);
  },
);

test('a server that hangs is a failure of the upstream', async () => {
  const served = await upstreamOf(() => undefined, '', 200);
  await expect(served.answer(call())).rejects.toThrow(/within 200 ms/);
});

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
])('an answer that comes packed as %s though nobody asked is unpacked', async (encoding, pack) => {
  const served = await upstreamOf((_request, response) => {
    response.setHeader('content-type', 'application/json').setHeader('content-encoding', encoding);
    response.end(pack('{"prediction":0.25}'));
  });
  const answer = await served.answer(call());
  expect(JSON.parse(answer.body.toString())).toMatchObject({ prediction: 0.25 });
  expect(answer.prediction).toEqual({ kind: 'score', value: 0.25 });
  expect(answer.headers['content-encoding']).toBeUndefined();
});

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

test('a server that is not there is a failure of the upstream', async () => {
  await expect(newUpstream('http://127.0.0.1:9').answer(call())).rejects.toMatchObject({
    code: 'upstream-failed',
  });
});

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

test('a server counts as gone after three failures, and as there again when it answers', async () => {
  const served = await upstreamOf((_request, response) => response.end('{}'));
  const { port } = server?.address() as AddressInfo;
  await served.lookNow();
  expect(served.isReady()).toBe(true);
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  for (let i = 0; i < 3; i += 1) await served.answer(call()).catch(() => undefined);
  expect(served.isReady()).toBe(false);
  const again = (server = createServer((_request, response) => response.end('{}')));
  await new Promise<void>((resolve) => again.listen(port, '127.0.0.1', resolve));
  await served.lookNow();
  expect(served.isReady()).toBe(true);
});
