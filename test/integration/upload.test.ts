import { cpSync, readFileSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Report } from '../../src/gates/report/report.js';
import { logisticModel } from '../onnx/models.js';
import { phaseBecomes, start, strategy } from './rollout-steps.js';
import {
  newFolder,
  sampleModels,
  startTestServer,
  type Reply,
  type TestServer,
} from './running-server.js';

// Each validation starts two processes.
vi.setConfig({ testTimeout: 120_000 });

const maxModelBytes = 100_000;
let models: string;
let on: TestServer;

beforeEach(async () => {
  models = newFolder();
  cpSync(sampleModels, models, { recursive: true });
  on = await startTestServer({ modelRoots: [models], maxModelBytes });
});

afterEach(() => on.close());

const second = () => readFileSync(join(sampleModels, 'churn/2/model.onnx'));

/** Without what depends on how busy the machine is. */
const upload = (address: string, file: Uint8Array): Promise<Reply> =>
  on.ask('PUT', `/api/v1/models/${address}?profile=quick`, file, {
    'content-type': 'application/octet-stream',
  });

/** What lies in the model root: nothing of what was not kept. */
const lies = (): string[] => [
  ...readdirSync(models).filter((name) => name.startsWith('.incoming')),
  ...readdirSync(join(models, 'churn')),
];

test('a file that passes becomes a version, which can be rolled out; sent again, it is the same', async () => {
  const uploaded = await upload('churn/versions/9', second());
  expect(uploaded.status, JSON.stringify(uploaded.body)).toBe(201);
  expect(uploaded.body).toMatchObject({ version: '9', report: { passed: true } });
  const listed = (await on.get('/api/v1/models/churn/versions')).body.versions as Version[];
  expect(listed.find(({ version }) => version === '9')?.digest).toBe(uploaded.body.digest);
  const again = await upload('churn/versions/9', second());
  expect(again).toMatchObject({
    status: 200,
    body: { digest: uploaded.body.digest, report: null },
  });
  const id = await start(on, strategy({ canary: 'churn/9', steps: '[{ weight: 20 }]' }));
  await phaseBecomes(on, id, 'progressing');
});

interface Version {
  readonly version: string;
  readonly digest: string;
}

test('a version never changes: another file under its name is refused', async () => {
  const before = lies();
  const other = await upload('churn/versions/1', second());
  expect(other).toMatchObject({ status: 409, body: { code: 'version-exists' } });
  expect(lies()).toEqual(before);
});

test('a file that fails is not kept, and the report says why', async () => {
  const before = lies();
  const refused = await upload('churn/versions/9', logisticModel([1, 2, 3]));
  expect(refused).toMatchObject({ status: 422, body: { code: 'version-not-valid' } });
  const { passed, checks } = refused.body.fields.report as Report;
  expect(passed).toBe(false);
  expect(checks.some(({ findings }) => findings.length > 0)).toBe(true);
  const garbage = await upload('churn/versions/9', Buffer.from('no model'));
  expect(garbage).toMatchObject({ status: 422, body: { code: 'version-not-valid' } });
  expect(lies()).toEqual(before);
});

test('what is too large, nothing, or named so that it would lie elsewhere is refused', async () => {
  const before = lies();
  const large = await upload('churn/versions/9', new Uint8Array(maxModelBytes + 1));
  expect(large).toMatchObject({ status: 413, body: { code: 'body-too-large' } });
  const nothing = await on.ask('PUT', '/api/v1/models/churn/versions/9', undefined, {});
  expect(nothing).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  for (const name of ['..%2f..%2fx/versions/1', 'churn/versions/..%2fx', '.hidden/versions/1']) {
    expect((await upload(name, second())).body).toMatchObject({ code: 'invalid-name' });
  }
  expect(lies()).toEqual(before);
});

test('an upload that breaks off leaves nothing', async () => {
  const before = lies();
  const { port, hostname } = new URL(on.url);
  const client = connect(Number(port), hostname);
  client.write(
    'PUT /api/v1/models/churn/versions/9 HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/octet-stream\r\ncontent-length: 5000\r\n\r\nhalf of it',
  );
  await expect.poll(lies).not.toEqual(before);
  client.destroy();
  await expect.poll(lies).toEqual(before);
});

test('only who may change things may upload', async () => {
  await on.close();
  on = await startTestServer({ modelRoots: [models], adminToken: 'a token of the test' });
  expect((await upload('churn/versions/9', second())).status).toBe(401);
});
