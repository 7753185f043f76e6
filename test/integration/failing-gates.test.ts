import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { findingsOf, type Report } from '../../src/gates/report/report.js';
import { onnxModel } from '../onnx/build.js';
import { phaseBecomes, start, strategy } from './rollout-steps.js';
import { newFolder, sampleModels, startTestServer, type TestServer } from './running-server.js';

// Every test starts runner processes, and one of them a load test of several seconds.
vi.setConfig({ testTimeout: 150_000 });

const features = [0.5, 1.2, 0.8, 0.3, 1.1];
let on: TestServer;
const closing: (() => void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await on.close();
});

/** One user who asks for predictions until it is told to stop. */
function askAllTheTime(): () => Promise<ReadonlySet<string>> {
  const stopping = new AbortController();
  const seen = new Set<string>();
  const ended = (async () => {
    while (!stopping.signal.aborted) {
      const { status, headers } = await on.post('/predict', { features });
      seen.add(`${status} by ${headers.get('serin-arm') ?? 'nobody'}`);
    }
  })();
  return async () => {
    stopping.abort();
    await ended;
    return seen;
  };
}

/** Rolls out, waits for the end, and says what became of the gates, and who served the users. */
async function failAtGates(yaml: string) {
  const stopAsking = askAllTheTime();
  const id = await start(on, yaml);
  await phaseBecomes(on, id, 'failed');
  const { body } = await on.get(`/api/v1/rollouts/${id}`);
  const users = await stopAsking();
  expect((await on.get('/api/v1/models/churn')).body.canary).toBeNull();
  return { gates: body.gates, sentence: body.sentence as string, users };
}

test('a really worse model fails validate, and its users are served by stable meanwhile', async () => {
  on = await startTestServer();
  const more = 'gates: [validate, smoke]';
  const { gates, users } = await failAtGates(strategy({ canary: 'churn/3', more }));
  expect(gates).toMatchObject([
    {
      name: 'validate',
      state: 'failed',
      reason: "validate failed, 1 error: the answers are not stable's on recorded rows",
    },
    { name: 'smoke', state: 'not-asked', report: null },
  ]);
  expect([...users]).toEqual(['200 by stable']);
});

test('a canary that cannot be loaded ends its rollout with the report of validate', async () => {
  const models = newFolder();
  cpSync(sampleModels, models, { recursive: true });
  mkdirSync(join(models, 'churn/4'));
  const unknown = onnxModel(
    {
      inputs: [{ name: 'features', datatype: 'FP32', shape: ['N', 5] }],
      outputs: [{ name: 'probability', datatype: 'FP32', shape: ['N', 1] }],
      nodes: [
        { op: 'Frobnicate', inputs: ['features'], outputs: ['probability'], domain: 'com.example' },
      ],
    },
    { domains: { 'com.example': 1 } },
  );
  writeFileSync(join(models, 'churn/4/model.onnx'), unknown);
  on = await startTestServer({ modelRoots: [models] });
  const more = 'gates: [validate, smoke]';
  const { gates, sentence, users } = await failAtGates(strategy({ canary: 'churn/4', more }));
  expect(sentence).toContain('The canary could not be loaded');
  expect(gates).toMatchObject([
    { name: 'validate', state: 'not-asked', reason: expect.stringContaining('report') as string },
    { name: 'smoke', state: 'not-asked', report: null },
  ]);
  const report = (await on.get(gates[0].report as string)).body as Report;
  expect(findingsOf(report).filter(({ severity }) => severity === 'error')).toMatchObject([
    { code: 'operator-domain', found: 'com.example.Frobnicate' },
    { code: 'load-failed' },
  ]);
  expect([...users]).toEqual(['200 by stable']);
});

test('a canary with a wrong answer to a golden row fails smoke before any user meets it', async () => {
  const models = newFolder();
  cpSync(sampleModels, models, { recursive: true });
  const config = join(models, 'churn/2/model.yaml');
  // The first of its three known answers, and no other, is made another one.
  const yaml = readFileSync(config, 'utf8');
  writeFileSync(config, yaml.replace(/probability: \[ ?[\d.e-]+ ?\]/, 'probability: [ 2 ]'));
  on = await startTestServer({ modelRoots: [models] });
  const { gates, sentence, users } = await failAtGates(strategy({ more: 'gates: [smoke]' }));
  expect(gates).toMatchObject([{ name: 'smoke', state: 'failed' }]);
  expect(sentence).toContain('Request 1 of 3 had a bad answer');
  const report = await on.get(gates[0].report as string);
  expect(report.body).toMatchObject({ gate: 'smoke', passed: false });
  expect([...users]).toEqual(['200 by stable']);
});

test('a canary that fails one request in ten fails loadtest, and no user is sent to it', async () => {
  on = await startTestServer();
  const metadata = JSON.stringify({
    name: 'churn',
    inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 5] }],
  });
  const fromUsers: string[] = [];
  let asked = 0;
  const canary = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    // The gateway names every request that it passes on; the load test names none.
    if (request.headers['x-request-id'] !== undefined) fromUsers.push(request.url ?? '');
    if (request.url === '/v2/repository/index') response.end('[{"name":"churn"}]');
    else if (request.method === 'GET') response.end(metadata);
    else response.writeHead(++asked % 10 === 0 ? 500 : 200).end('{"prediction":0.5}');
  }).listen(0, '127.0.0.1');
  closing.push(() => {
    canary.closeAllConnections();
    canary.close();
  });
  await once(canary, 'listening');
  const { port } = canary.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/predict`;
  const { gates, users } = await failAtGates(
    strategy({ canary: url, more: 'gates: [smoke, loadtest]' }),
  );
  expect(gates).toMatchObject([
    { name: 'smoke', state: 'passed' },
    { name: 'loadtest', state: 'failed', reason: expect.stringContaining('errors') as string },
  ]);
  const markdown = await on.get(`${gates[1].report as string}?format=markdown`);
  expect(markdown.body).toContain('loadtest-status');
  const page = await on.get(`${gates[1].report as string}?format=html`);
  expect(page.body).toContain('<h2>Latency over time</h2>');
  expect(asked).toBeGreaterThan(9);
  expect([...users]).toEqual(['200 by stable']);
  expect(fromUsers).toEqual([]);
});
