import { cpSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { writeVersion } from '../models/typed-models.js';
import * as onnx from '../onnx/models.js';
import { ArmServer } from './nginx/arm-servers.js';
import { newFolder, sampleModels, startTestServer, type TestServer } from './running-server.js';

const path = '/api/v1/demo';
let server: TestServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

test('a demo sends made-up requests for a rollout of the samples, until it is stopped', async () => {
  const on = (server = await startTestServer());
  expect((await on.get(path)).body).toMatchObject({ possible: true, running: false, requests: 0 });
  const started = await on.post(path, {});
  expect(started.body).toMatchObject({ running: true });
  const id: string = started.body.rollout;
  const phase = async () => (await on.get(`/api/v1/rollouts/${id}`)).body.phase as string;
  await expect.poll(phase, { timeout: 60_000 }).toBe('shadowing');
  await expect
    .poll(async () => (await on.get('/api/v1/models/churn')).body.stable.requests, {
      timeout: 60_000,
    })
    .toBeGreaterThan(20);

  const stopped = await on.ask('DELETE', path, undefined, {});
  expect(stopped.body).toMatchObject({ running: false });
  await expect.poll(phase, { timeout: 60_000 }).toBe('aborted');
  expect((await on.get(`/api/v1/rollouts/${id}`)).body.sentence).toContain('the demo was stopped');
});

test('there is no demo beside a real model: its own requests would be counted with others', async () => {
  const models = newFolder();
  cpSync(sampleModels, models, { recursive: true });
  writeVersion(models, 'sales', '1', onnx.identityModel('FP32', ['N', 1]));
  const on = (server = await startTestServer({ modelRoots: [models] }));
  expect((await on.get(path)).body).toMatchObject({ possible: false });
  const refused = await on.post(path, {});
  expect(refused).toMatchObject({ status: 409, body: { code: 'action-not-possible' } });
  expect(refused.body.error).toContain('sales/1 is a real model');
});

test('there is no demo beside a model that only an address answers for, answering or not', async () => {
  const arm = await ArmServer.start('stable');
  try {
    for (const address of [arm.url, 'http://127.0.0.1:9']) {
      const firstStable = new Map([['sales', address]]);
      const on = (server = await startTestServer({ firstStable }));
      const { possible, why_not: whyNot } = (await on.get(path)).body;
      expect(possible).toBe(false);
      expect(whyNot).toMatch(/^sales.* is a real model/);
      expect(await on.post(path, {})).toMatchObject({ status: 409 });
      await on.close();
      server = undefined;
    }
  } finally {
    await arm.close();
  }
});

test('a demo ends when a real model arrives', async () => {
  const models = newFolder();
  cpSync(sampleModels, models, { recursive: true });
  const on = (server = await startTestServer({ modelRoots: [models] }));
  expect((await on.post(path, {})).body).toMatchObject({ running: true });
  writeVersion(models, 'sales', '1', onnx.identityModel('FP32', ['N', 1]));
  await expect
    .poll(async () => (await on.get(path)).body, { timeout: 60_000 })
    .toMatchObject({ possible: false, running: false });
});
