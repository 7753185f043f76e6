import { connect } from 'node:net';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { logisticModel } from '../onnx/models.js';
import {
  newFolder,
  sampleModels,
  startTestServer,
  type Reply,
  type TestServer,
} from './running-server.js';

const features = [12, 20, 38, 1, 0];
const hundredMegabytes = 100 * 1024 * 1024;
/** Of white space, which JSON may begin with. */
const piece = ' '.repeat(0x10000);
const models = newFolder();
let server: TestServer;

beforeAll(async () => {
  cpSync(sampleModels, models, { recursive: true });
  server = await startTestServer({ modelRoots: [models], defaultModel: 'churn' });
});

afterAll(() => server.close());

/** A clear error: a code of ours, words that say what was expected or found, no stack. */
async function expectRefused(reply: Reply, status: number, code: string): Promise<void> {
  expect(reply.body).toMatchObject({ code });
  expect(reply.status).toBe(status);
  expect(String(reply.body.error)).toMatch(/expected|found/);
  expect(JSON.stringify(reply.body)).not.toMatch(/ {4}at |node_modules|\.ts:|\.js:/);
  const after = await server.post('/predict', { features });
  expect(after.status).toBe(200);
}

describe('POST /predict refuses', () => {
  test.each([
    ['a row of the wrong length', { features: [1, 2, 3, 4] }, 'invalid-input'],
    ['a value of the wrong type', { features: [1, 2, 'three', 4, 5] }, 'invalid-input'],
    ['null in a row', { features: [1, 2, null, 4, 5] }, 'invalid-input'],
    ['an input of another name', { inputs: { featurs: [1, 2, 3, 4, 5] } }, 'invalid-input'],
    ['ragged rows', { features: [features, [1, 2]] }, 'invalid-input'],
    ['no rows', { features: [] }, 'invalid-input'],
    ['nothing', {}, 'invalid-request'],
    ['an unknown field', { features, treshold: 1 }, 'invalid-request'],
    ['a list', [features], 'invalid-request'],
    ['a model that is a number', { features, model: {} }, 'invalid-request'],
  ])('%s', async (_what, body, code) => {
    await expectRefused(await server.post('/predict', body), 400, code);
  });

  test.each([
    ['broken JSON', '{"features":[1,2'],
    ['NaN in JSON', '{"features":[1,2,NaN,4,5]}'],
    ['an empty body', ''],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe, 0)],
  ])('%s', async (_what, body) => {
    await expectRefused(await server.post('/predict', body), 400, 'invalid-json');
  });

  test('a model that there is not', async () => {
    const reply = await server.post('/predict', { features, model: 'chrun' });
    await expectRefused(reply, 404, 'model-not-found');
    expect(reply.body.expected).toContain('churn');
  });

  test('a version that is not loaded', async () => {
    const reply = await server.post('/predict', { features, version: '77' });
    await expectRefused(reply, 400, 'version-not-loaded');
  });

  test('a body of 100 MB, without reading all of it', async () => {
    const { status, text } = await rawPost(`content-length: 104857600\r\n\r\n{"features":`);
    expect(status).toBe(413);
    expect(text).toContain('body-too-large');
  });

  test.each([
    ['that says its length', `content-length: ${hundredMegabytes}`, piece],
    ['in chunks', 'transfer-encoding: chunked', `10000\r\n${piece}\r\n`],
  ])('a body of 100 MB %s, which is cut off on its way', async (_what, header, sent) => {
    const { text, bytes } = await pour(header, sent);
    // Who still sends when the connection is closed may lose the answer to a reset.
    if (text !== '') expect(text).toMatch(/^HTTP\/1\.1 413 [^]*body-too-large/);
    expect(bytes).toBeLessThan(hundredMegabytes);
    expect((await server.post('/predict', { features })).status).toBe(200);
  });

  test('a small body that unpacks to 100 MB', async () => {
    const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024, 0x20));
    const reply = await server.post('/predict', bomb, { 'content-encoding': 'gzip' });
    await expectRefused(reply, 413, 'body-too-large');
  });

  test('a body that says gzip and is none, or says what nobody knows', async () => {
    const broken = await server.post('/predict', 'plain', { 'content-encoding': 'gzip' });
    await expectRefused(broken, 400, 'invalid-request');
    const unknown = await server.post('/predict', 'plain', { 'content-encoding': 'zstd' });
    await expectRefused(unknown, 415, 'unsupported-encoding');
  });

  test('headers of 100 kB', async () => {
    const { status } = await rawPost(`x-long: ${'a'.repeat(100_000)}\r\ncontent-length: 0\r\n\r\n`);
    expect(status).toBe(431);
  });
});

describe('the Open Inference Protocol refuses', () => {
  const path = '/v2/models/churn/infer';
  const input = { name: 'features', shape: [1, 5], datatype: 'FP32' };

  test.each([
    ['another name', { inputs: [{ ...input, name: 'x', data: features }] }],
    ['another datatype', { inputs: [{ ...input, datatype: 'INT64', data: features }] }],
    [
      'a shape that does not fit the model',
      { inputs: [{ ...input, shape: [1, 4], data: [1, 2, 3, 4] }] },
    ],
    ['data that does not fit the shape', { inputs: [{ ...input, data: [1, 2, 3] }] }],
    ['ragged data', { inputs: [{ ...input, shape: [2, 5], data: [features, [1]] }] }],
    ['a shape beyond all memory', { inputs: [{ ...input, shape: [2 ** 40, 5], data: [] }] }],
    ['no inputs', { inputs: [] }],
  ])('%s', async (_what, body) => {
    const reply = await server.post(path, body);
    expect(reply.status).toBe(400);
    expect(typeof reply.body.error).toBe('string');
    await expectRefused(reply, 400, String(reply.body.code));
  });

  test('a binary tensor that is cut short', async () => {
    const header = JSON.stringify({
      inputs: [{ ...input, parameters: { binary_data_size: 20 } }],
    });
    const body = Buffer.concat([Buffer.from(header), Buffer.alloc(12)]);
    const length = { 'inference-header-content-length': String(header.length) };
    await expectRefused(await server.post(path, body, length), 400, 'invalid-binary');
  });

  test.each(['999999', '-1', 'x', '1.5'])('a header length of %s', async (length) => {
    const reply = await server.post(path, '{}', { 'inference-header-content-length': length });
    await expectRefused(reply, 400, 'invalid-binary');
  });

  test('an unknown model and version', async () => {
    await expectRefused(await server.post('/v2/models/nope/infer', {}), 404, 'model-not-found');
    const version = await server.post('/v2/models/churn/versions/9/infer', {});
    await expectRefused(version, 400, 'version-not-loaded');
  });
});

describe('a canary that cannot be loaded is refused, and stable is untouched', () => {
  function put(version: string, bytes: Uint8Array | string): void {
    mkdirSync(join(models, 'churn', version), { recursive: true });
    writeFileSync(join(models, 'churn', version, 'model.onnx'), bytes);
  }

  async function expectNotDeployed(version: string, code: string, words: RegExp): Promise<void> {
    const reply = await server.post('/admin/deploy-canary', { model_path: `churn/${version}` });
    await expectRefused(reply, 422, code);
    expect(reply.body.error).toMatch(words);
    expect((await server.get('/api/v1/models/churn')).body.canary).toBeNull();
  }

  test('a file that is no ONNX', async () => {
    put('90', '<html>404 not found</html>');
    await expectNotDeployed('90', 'model-invalid', /ONNX/);
  });

  test('a file that is cut short', async () => {
    put('91', logisticModel().subarray(0, 60));
    await expectNotDeployed('91', 'model-invalid', /expected|found/);
  });

  test('an empty file', async () => {
    put('92', '');
    await expectNotDeployed('92', 'model-invalid', /empty/);
  });

  test('a path that leaves the model repository by a symbolic link', async () => {
    const outside = newFolder();
    writeFileSync(join(outside, 'model.onnx'), logisticModel());
    symlinkSync(outside, join(models, 'churn', '93'));
    const reply = await server.post('/admin/deploy-canary', { model_path: 'churn/93' });
    await expectRefused(reply, 403, 'path-outside-roots');
  });
});

/** A request as bytes, for what no client would send. */
function rawPost(rest: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve({ status: Number(text.split(' ')[1]), text }));
    socket.write(
      `POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${rest}`,
    );
  });
}

/** Sends pieces of a body until the server closes the connection, or 100 MB are sent. */
async function pour(header: string, sent: string): Promise<{ text: string; bytes: number }> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  // That writing fails in the end is what this is about.
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.write(
    `POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${header}\r\n\r\n`,
  );
  let bytes = 0;
  while (bytes < hundredMegabytes && socket.writable) {
    bytes += piece.length;
    if (!socket.write(sent)) {
      await Promise.race([closed, new Promise((resolve) => socket.once('drain', resolve))]);
    }
  }
  await closed;
  return { text, bytes };
}
