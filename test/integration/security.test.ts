import { existsSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runSerin } from '../e2e/serin-process.js';
import { writeVersion } from '../models/typed-models.js';
import * as onnx from '../onnx/models.js';
import {
  newFolder,
  sampleModels,
  startTestServer,
  type Reply,
  type TestServer,
} from './running-server.js';

const features = [12, 20, 38, 1, 0];
const token = 'a-token-of-more-than-16-characters';

/** Without a token, and otherwise as everybody starts it; no test here changes its state. */
let plain: TestServer;
/** With a token. */
let guarded: TestServer;
/** For a test that needs another one. */
let server: TestServer | undefined;

beforeAll(async () => {
  plain = await startTestServer();
  guarded = await startTestServer({ adminToken: token });
});

afterEach(async () => {
  await server?.close();
  server = undefined;
});

afterAll(() => Promise.all([plain.close(), guarded.close()]));

async function started(wishes: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> {
  return (server = await startTestServer(wishes));
}

/** What asks nobody who they are: predictions, what is known of models, health, and signing in. */
const openRequests = [
  ...['GET /health', 'GET /health/live', 'GET /health/ready', 'GET /metrics'],
  ...['POST /predict', 'POST /models/{model}/predict', 'POST /api/v1/feedback'],
  ...['GET /api/v1/session', 'POST /api/v1/session', 'DELETE /api/v1/session'],
  ...['GET /v2', 'GET /v2/health/live', 'GET /v2/health/ready', 'GET /v2/models/stats'],
  ...['/v2/models/{model}', '/v2/models/{model}/versions/{version}'].flatMap((path) => [
    ...[`GET ${path}`, `GET ${path}/config`, `GET ${path}/ready`, `GET ${path}/stats`],
    `POST ${path}/infer`,
  ]),
  'POST /v2/repository/index',
  ...['GET /schemas/serin.schema.json', 'GET /docs/{gate}'],
];

interface Documented {
  readonly method: string;
  readonly path: string;
  readonly isGuarded: boolean;
}

/** Every request that a server with a token documents. */
async function documentedRequests(): Promise<readonly Documented[]> {
  const { paths } = (await guarded.get('/openapi.json')).body as {
    paths: Record<string, Record<string, { security?: unknown }>>;
  };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security }]) => ({
      method: method.toUpperCase(),
      path,
      isGuarded: JSON.stringify(security) === '[{"token":[]}]',
    })),
  );
}

/** Requests that need the token, with something in the place of every parameter. */
async function adminRequests(): Promise<readonly Omit<Documented, 'isGuarded'>[]> {
  return (await documentedRequests())
    .filter(({ isGuarded }) => isGuarded)
    .map(({ method, path }) => ({ method, path: path.replace(/\{\w+\}/g, 'churn') }));
}

describe('with an admin token', () => {
  test('every admin address asks for it, and takes no other', async () => {
    for (const { method, path } of await adminRequests()) {
      for (const authorization of [undefined, 'Bearer nonsense', `Basic ${token}`, `Bearer `]) {
        const headers = authorization === undefined ? {} : { authorization };
        const reply = await guarded.ask(method, path, undefined, headers);
        expect(reply, `${method} ${path}`).toMatchObject({
          status: 401,
          body: { code: 'unauthorized' },
        });
        expect(reply.headers.get('www-authenticate')).toBe('Bearer');
        expect(JSON.stringify(reply.body)).not.toContain(token);
      }
    }
  });

  test('who sends it may do everything; predictions and health ask nobody', async () => {
    const authorization = `Bearer ${token}`;
    const deployed = await guarded.post(
      '/admin/deploy-canary',
      { model_path: 'churn/2' },
      { authorization },
    );
    expect(deployed.status).toBe(200);
    expect((await guarded.get('/api/v1/models', { authorization })).status).toBe(200);
    expect((await guarded.post('/predict', { features })).status).toBe(200);
    for (const path of ['/health', '/metrics', '/v2/models/churn', '/openapi.json', '/']) {
      const { status, body } = await guarded.get(path);
      expect(status, path).toBe(200);
      expect(JSON.stringify(body), path).not.toContain(token);
    }
    expect((await guarded.post('/v2/repository/index')).status).toBe(200);
  });

  test('the documentation says that every request needs it but for these', async () => {
    const open = (await documentedRequests()).filter(({ isGuarded }) => !isGuarded);
    const names = open.map(({ method, path }) => `${method} ${path}`);
    expect(names.toSorted()).toEqual(openRequests.toSorted());
  });
});

describe('without a token', () => {
  const refused = { status: 403, body: { code: 'cross-site-refused' } };

  test.each([
    ['says that it is cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['is of another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['has another origin', { origin: 'https://evil.example' }],
    ['hides its origin', { origin: 'null' }],
    ['is of another port, by its origin', { origin: 'http://127.0.0.1:1' }],
    ['has a name that was made to point here', { host: 'evil.example:8080' }],
    ['has a name that begins like ours', { host: 'localhost.evil.example' }],
  ])('an admin request that %s is refused', async (_what, headers) => {
    const body = JSON.stringify({ model_path: 'churn/2' });
    expect(await askAs(plain, 'POST', '/admin/deploy-canary', headers, body)).toMatchObject(
      refused,
    );
    expect(await askAs(plain, 'GET', '/api/v1/models', headers)).toMatchObject(refused);
    expect((await plain.get('/api/v1/models/churn')).body.canary).toBeNull();
  });

  test('its own page and programs of this machine may', async () => {
    const host = new URL(plain.url).host;
    for (const headers of [
      {},
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
      { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' },
    ]) {
      expect((await askAs(plain, 'GET', '/api/v1/models', { host, ...headers })).status).toBe(200);
    }
  });
});

describe('at the start', () => {
  const serve = ['serve', '--port', '0', '--models', sampleModels, '--data', newFolder()];

  test('listening beyond this machine without a token is refused', async () => {
    for (const host of ['0.0.0.0', '::']) {
      const { code, stderr, stdout } = await runSerin([...serve, '--host', host]);
      expect(code).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toContain(`found --host ${host} without it`);
      expect(stderr).toContain('Set SERIN_ADMIN_TOKEN to a secret of 16 or more characters');
    }
  }, 120_000);

  test('a short token is refused, and not shown', async () => {
    const { code, stderr } = await runSerin(serve, { SERIN_ADMIN_TOKEN: 'too-short' });
    expect(code).toBe(1);
    expect(stderr).toContain('16 or more characters');
    expect(stderr).not.toContain('too-short');
  });
});

describe('an admin port of its own', () => {
  test('has what changes, and the other port has not', async () => {
    const on = await started({ adminPort: 0 });
    const { adminUrl } = on.server;
    expect(adminUrl).not.toBe(on.url);
    for (const { method, path } of [...(await adminRequests()), { method: 'GET', path: '/' }]) {
      const reply = await on.ask(method, path, undefined, {});
      expect(reply, path).toMatchObject({ status: 404, body: { code: 'not-found' } });
    }
    expect((await on.post('/predict', { features })).status).toBe(200);
    expect((await fetch(`${adminUrl}/api/v1/models`)).status).toBe(200);
    expect((await fetch(`${adminUrl}/predict`, { method: 'POST' })).status).toBe(404);
    const paths = Object.keys((await on.get('/openapi.json')).body.paths as object);
    expect(paths.filter((path) => path.startsWith('/admin'))).toEqual([]);
  });
});

describe('a slow client is cut off', () => {
  let impatient: TestServer;
  beforeAll(async () => {
    impatient = await startTestServer({ receiveTimeoutMs: 300 });
  });
  afterAll(() => impatient.close());

  test.each([
    [
      'whose header comes a byte at a time',
      'POST /predict HTTP/1.1\r\nhost: localhost\r\nx-a: ',
      'a',
    ],
    [
      'whose body comes a byte at a time',
      'POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n',
      ' ',
    ],
    [
      'whose body never comes',
      'POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n',
      '',
    ],
    ['who says nothing at all', '', ''],
  ])('%s', async (_what, beginning, drop) => {
    const text = await untilClosed(impatient, beginning, drop);
    if (beginning !== '') {
      expect(text).toMatch(/^HTTP\/1\.1 408 /);
      expect(text).toContain('"code":"request-timeout"');
    }
    expect((await impatient.post('/predict', { features })).status).toBe(200);
  });

  test('and what is no HTTP is answered with words', async () => {
    const text = await untilClosed(impatient, 'NOT HTTP AT ALL\r\n\r\n', '');
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('"code":"invalid-request"');
  });
});

describe('paths', () => {
  test.each([
    '../../etc',
    '..',
    '.',
    '/',
    '/etc/passwd',
    'churn/../../..',
    'churn/..',
    'churn/%2e%2e',
    'churn\\..\\..',
    'churn/1/../../../../../../etc/hostname',
    'file:///etc/passwd',
    'churn/1\u0000.onnx',
    '~/models',
  ])('model_path %j loads nothing', async (path) => {
    const reply = await plain.post('/admin/deploy-canary', { model_path: path });
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    expect(reply.body.code).not.toBe('internal');
    expect(JSON.stringify(reply.body)).not.toMatch(/root:|node_modules/);
    expect((await plain.get('/api/v1/models/churn')).body.canary).toBeNull();
  });

  test.each([
    '/v2/models/..%2f..%2fetc%2fpasswd',
    '/v2/models/%2e%2e/ready',
    '/v2/models/churn/versions/..%2f..',
    '/v2/models/__proto__',
    '/v2/models/churn/versions/constructor',
    '/api/v1/models/..%2f..',
    '/swagger-ui/static/..%2f..%2f..%2f..%2fpackage.json',
    '/swagger-ui/static/%2e%2e/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/status.js%00',
    '/../package.json',
  ])('%s is nowhere', async (path) => {
    const reply = await askAs(plain, 'GET', path, {});
    expect(reply.status, JSON.stringify(reply.body)).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    expect(JSON.stringify(reply.body)).not.toMatch(/dependencies|node_modules| {4}at /);
  });
});

test('faults are refused without --enable-faults, and nothing is slowed or killed', async () => {
  const on = await started({ faultsEnabled: false });
  await on.post('/admin/deploy-canary', { model_path: 'churn/2' });
  for (const reply of [
    await on.post('/admin/toggle-slowdown'),
    await on.put('/admin/faults', { arm: 'stable', crash: true }),
    await on.put('/admin/faults', { arm: 'canary', error_share: 1 }),
  ]) {
    expect(reply).toMatchObject({ status: 403, body: { code: 'faults-disabled' } });
  }
  const { stable, canary } = (await on.get('/api/v1/models/churn')).body;
  expect(stable).toMatchObject({ faults: null, process: { restarts: 0 } });
  expect(canary).toMatchObject({ faults: null });
});

describe('a canary that cannot be served is refused, and stable answers on', () => {
  const isX64 = process.arch === 'x64';

  const logistic = onnx.logisticModel();
  const threeNumbers = onnx.identityModel('FP32');

  test.each([
    ['another number of inputs', logistic, onnx.logisticModel([1, 2, 3]), /\[N, 3\]/],
    ['other inputs', logistic, onnx.namedModel(), /no input of this name/],
    ['another datatype', threeNumbers, onnx.identityModel('FP64'), /x FP64 \[N, 3\]/],
  ])('one with %s', async (_what, stable, canary, words) => {
    await expectRefused({ stable, canary, status: 409, code: 'signature-mismatch', words });
  });

  test('one with an operator that nobody knows', async () => {
    await expectRefused({
      stable: threeNumbers,
      canary: onnx.unknownOperatorModel(),
      status: 422,
      code: 'model-load-failed',
      words: /Frobnicate|com\.example/,
    });
  });

  test('one whose external data are not there', async () => {
    await expectRefused({
      stable: threeNumbers,
      canary: onnx.externalDataModel(),
      status: 422,
      code: 'model-invalid',
      words: /weights\.bin/,
    });
  });

  test.runIf(isX64)('one whose load crashes its process', async () => {
    await expectRefused({
      stable: onnx.identityModel('INT64', ['N', 1]),
      canary: onnx.crashingAtLoadModel(),
      status: 422,
      code: 'model-load-failed',
      words: /SIGFPE/,
    });
  });

  test('one that needs more memory to load than it may have', async () => {
    await expectRefused({
      stable: onnx.identityModel('FP32', ['N', 1]),
      canary: onnx.hungryAtLoadModel(3_000),
      status: 422,
      code: 'model-load-failed',
      words: /its limit is 400 MiB/,
    });
  });
});

describe('a canary that goes wild', () => {
  test('one that spins is killed, and its users are answered by stable', async () => {
    const models = newFolder();
    writeVersion(models, 'm', '1', onnx.identityModel('FP32', ['N', 1]));
    writeVersion(models, 'm', '2', onnx.slowModel());
    const on = await started({
      modelRoots: [models],
      firstStable: new Map([['m', '1']]),
      requestTimeoutMs: 1_000,
    });
    await on.post('/admin/deploy-canary', { model_path: 'm/2', weight: 100 });
    const { pid } = (await on.get('/api/v1/models/m')).body.canary.process;
    const reply = await on.post('/predict', { features: 2 ** 40 });
    expect(reply).toMatchObject({
      status: 200,
      body: { prediction: 2 ** 40, model_used: 'stable' },
    });
    expect(reply.headers.get('serin-fallback')).toBe('canary');
    const canary = async () => (await on.get('/api/v1/models/m')).body.canary;
    await expect
      .poll(async () => (await canary()).process.last_exit, { timeout: 60_000 })
      .toContain('more than');
    expect(existsSync(`/proc/${pid}/stat`)).toBe(false);
    await expect.poll(async () => (await canary()).ready, { timeout: 60_000 }).toBe(true);
    expect(await on.post('/predict', { features: 7 })).toMatchObject({
      status: 200,
      body: { prediction: 7, model_used: 'canary' },
    });
  });

  test('one that eats more memory than it may is killed; the other model answers on', async () => {
    const models = newFolder();
    writeVersion(models, 'hungry', '1', onnx.hungryModel());
    writeVersion(models, 'm', '1', onnx.logisticModel());
    const on = await started({
      modelRoots: [models],
      defaultModel: 'm',
      runnerMemoryBytes: 400 * 2 ** 20,
    });
    const eaten = await on.post('/predict', { model: 'hungry', features: 3_000 });
    expect(eaten).toMatchObject({ status: 502, body: { code: 'upstream-failed' } });
    const lastExit = async () =>
      (await on.get('/api/v1/models/hungry')).body.stable.process.last_exit;
    await expect.poll(lastExit, { timeout: 60_000 }).toContain('its limit is 400 MiB');
    expect((await on.post('/predict', { features: [1, 2, 3, 4, 5] })).status).toBe(200);
    const again = async () => on.post('/predict', { model: 'hungry', features: 1 });
    await expect.poll(async () => (await again()).status, { timeout: 60_000 }).toBe(200);
  });
});

interface Unfit {
  readonly stable: Uint8Array;
  readonly canary: Uint8Array;
  readonly status: number;
  readonly code: string;
  readonly words: RegExp;
}

async function expectRefused({ stable, canary, status, code, words }: Unfit): Promise<void> {
  const models = newFolder();
  writeVersion(models, 'm', '1', stable);
  writeVersion(models, 'm', '2', canary);
  const on = await started({
    modelRoots: [models],
    firstStable: new Map([['m', '1']]),
    runnerMemoryBytes: 400 * 2 ** 20,
  });
  const { pid } = (await on.get('/api/v1/models/m')).body.stable.process;
  const reply = await on.post('/admin/deploy-canary', { model_path: 'm/2' });
  expect(reply.body).toMatchObject({ status: 'error', code });
  expect(reply.status).toBe(status);
  expect(reply.body.message).toMatch(words);
  expect(JSON.stringify(reply.body)).not.toMatch(/ {4}at |\.js:\d|\.ts:\d/);
  const after = (await on.get('/api/v1/models/m')).body;
  expect(after).toMatchObject({ canary: null, stable: { process: { pid, restarts: 0 } } });
  expect(childrenOf(process.pid)).toContain(pid);
}

/** Processes that this one has started and that still are, but for zombies. */
function childrenOf(parent: number): number[] {
  const text = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

/** Asks with headers that `fetch` would not send, and a path that it would tidy up. */
function askAs(
  on: TestServer,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<Pick<Reply, 'status' | 'body'>> {
  const { hostname, port } = new URL(on.url);
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, method, path, headers: { ...type, ...headers } });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: text === '' ? '' : JSON.parse(text) }),
      );
    });
    sent.end(body);
  });
}

/** Sends the beginning, then a drop now and then, and waits for the server to close the connection. */
function untilClosed(on: TestServer, beginning: string, drop: string): Promise<string> {
  const { hostname, port } = new URL(on.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.write(beginning);
    const dropping = setInterval(() => drop !== '' && socket.write(drop), 20);
    socket.on('data', (chunk) => (text += chunk.toString()));
    // Writing to what the server has closed is what this test is about.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(dropping);
      resolve(text);
    });
  });
}
