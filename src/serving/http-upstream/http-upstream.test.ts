import type { RequestListener } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import {
  call,
  endServer,
  endUpstream,
  listenWith,
  newUpstream,
  upstreamOf,
} from '../../../test/serving/upstream-of.js';
import { Protocol, type Call } from '../upstream.js';

afterEach(endUpstream);

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

test('a server that is not there is a failure of the upstream', async () => {
  await expect(newUpstream('http://127.0.0.1:9').answer(call())).rejects.toMatchObject({
    code: 'upstream-failed',
  });
});

test('a server counts as gone after three failures, and as there again when it answers', async () => {
  const served = await upstreamOf((_request, response) => response.end('{}'));
  const port = Number(new URL(served.address).port);
  await served.lookNow();
  expect(served.isReady()).toBe(true);
  await endServer();
  for (let i = 0; i < 3; i += 1) await served.answer(call()).catch(() => undefined);
  expect(served.isReady()).toBe(false);
  await listenWith((_request, response) => response.end('{}'), port);
  await served.lookNow();
  expect(served.isReady()).toBe(true);
});
