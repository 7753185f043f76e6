import { cpSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Load } from './load.js';
import { phaseBecomes, start, strategy } from './rollout-steps.js';
import { newFolder, sampleModels, startTestServer, type TestServer } from './running-server.js';

let server: TestServer | undefined;
let load: Load | undefined;

afterEach(async () => {
  await load?.end();
  await server?.close();
  server = load = undefined;
});

const long = '[{ weight: 20, hold: { min: 10m, max: 20m } }]';

/** What a rollout is asked, as a person asks. */
async function ask(on: TestServer, id: string, action: string): Promise<void> {
  const reply = await on.post(`/api/v1/rollouts/${id}/${action}`, { why: 'a test' });
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
}

const churn = async (on: TestServer) => (await on.get('/api/v1/models/churn')).body;

describe('a rollout', { timeout: 150_000 }, () => {
  test('keeps back some users for a while before it promotes', async () => {
    const on = (server = await startTestServer());
    const users = (load = new Load(on));
    const more = 'holdback: { percent: 10%, for: 2s }';
    const id = await start(on, strategy({ steps: '[{ weight: 50 }]', more }));
    await phaseBecomes(on, id, 'holding-back');
    expect(await churn(on)).toMatchObject({ weight: 90, stable: { version: '1' } });
    await phaseBecomes(on, id, 'promoted');
    expect(await churn(on)).toMatchObject({ stable: { version: '2' }, canary: null });
    expect([...(await users.end()).statuses]).toEqual([200]);
  });

  test('asks a webhook in its middle, is taken back at its no, and tried again at its yes', async () => {
    const answers = [
      '{ "passed": false, "reason": "the report is missing" }',
      '{ "passed": true }',
    ];
    const asked: string[] = [];
    const gate = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.setHeader('content-type', 'application/json').end(answers.shift());
    });
    await once(gate.listen(0, '127.0.0.1'), 'listening');
    const { port } = gate.address() as AddressInfo;
    try {
      const on = (server = await startTestServer());
      load = new Load(on);
      const hold = 'hold: { min: 0s, requests: 5 }';
      const later = '{ weight: 40, hold: { min: 10m, max: 20m } }';
      const steps = `[{ weight: 20, ${hold} }, { gate: { webhook: "http://127.0.0.1:${port}/may" } }, ${later}]`;
      const id = await start(on, strategy({ steps }));
      await phaseBecomes(on, id, 'rolled-back');
      const { sentence } = (await on.get(`/api/v1/rollouts/${id}`)).body;
      expect(sentence).toContain('the report is missing');
      await ask(on, id, 'retry');
      await expect.poll(async () => (await churn(on)).weight, { timeout: 60_000 }).toBe(40);
      expect((await on.get(`/api/v1/rollouts/${id}`)).body).toMatchObject({
        attempt: 2,
        phase: 'progressing',
        step: 2,
      });
      expect(asked).toEqual(['/may', '/may']);
    } finally {
      gate.close();
    }
  });

  test('waits for a person at a pause, and gives the canary everything in a step of 100%', async () => {
    const on = (server = await startTestServer());
    const users = (load = new Load(on));
    const steps =
      '[{ weight: 50 }, { pause: look at it }, { weight: 100, hold: { min: 10m, max: 20m } }]';
    const id = await start(on, strategy({ steps }));
    await phaseBecomes(on, id, 'paused');
    expect((await on.get(`/api/v1/rollouts/${id}`)).body).toMatchObject({
      weight: 50,
      sentence: expect.stringContaining('look at it') as string,
    });
    await ask(on, id, 'resume');
    await expect.poll(async () => (await churn(on)).weight, { timeout: 60_000 }).toBe(100);
    for (let i = 0; i < 50; i++) {
      const { headers } = await on.post('/predict', { features: [12, 20, 38, 1, 0] });
      expect(headers.get('serin-arm')).toBe('canary');
    }
    await ask(on, id, 'promote');
    await phaseBecomes(on, id, 'promoted');
    expect([...(await users.end()).statuses]).toEqual([200]);
  });

  test('can be taken back while it promotes, and after the server was started again', async () => {
    const dataFolder = newFolder();
    const on = (server = await startTestServer({ dataFolder }));
    const users = (load = new Load(on));
    const first = await start(on, strategy({ steps: long }));
    await phaseBecomes(on, first, 'progressing');
    // One after the other on one connection's way, without waiting for the end of the promotion.
    const asked = await Promise.all([
      on.post(`/api/v1/rollouts/${first}/promote`),
      on.post(`/api/v1/rollouts/${first}/rollback`),
    ]);
    expect(asked.map(({ status }) => status)).toEqual([200, 200]);
    await phaseBecomes(on, first, 'rolled-back');
    expect(await churn(on)).toMatchObject({ stable: { version: '1' }, canary: null });
    const second = await start(on, strategy({ steps: long }));
    await phaseBecomes(on, second, 'progressing');
    await ask(on, second, 'promote');
    await phaseBecomes(on, second, 'promoted');
    expect([...(await users.end()).statuses]).toEqual([200]);
    await on.close();
    const again = (server = await startTestServer({ dataFolder }));
    const later = (load = new Load(again));
    expect((await churn(again)).stable.version).toBe('2');
    await ask(again, second, 'rollback');
    await phaseBecomes(again, second, 'rolled-back');
    expect((await churn(again)).stable.version).toBe('1');
    expect([...(await later.end()).statuses]).toEqual([200]);
  });

  test('does what its file says when time is up, keeps others out meanwhile, and cools down afterwards', async () => {
    const on = (server = await startTestServer());
    const soon = 'weight: 20, hold: { min: 0s, max: 1s }';
    const pausing = strategy({ steps: `[{ ${soon} }]` });
    const first = await start(on, pausing);
    await phaseBecomes(on, first, 'paused');
    const { sentence, weight } = (await on.get(`/api/v1/rollouts/${first}`)).body;
    expect(sentence).toMatch(/The time of the step at 20% is up, and it is still undecided/);
    expect(weight).toBe(20);
    const second = await on.post('/api/v1/rollouts', { yaml: pausing });
    expect(second).toMatchObject({ status: 409, body: { code: 'rollout-exists', found: first } });
    await ask(on, first, 'abort');
    await phaseBecomes(on, first, 'aborted');

    const rolling = strategy({ steps: `[{ ${soon}, onUndecided: rollback }]` });
    const cooling = rolling.replace('coolDown: 0s', 'coolDown: 10m');
    const third = await start(on, cooling);
    await phaseBecomes(on, third, 'rolled-back');
    const again = await on.post('/api/v1/rollouts', { yaml: pausing });
    expect(again).toMatchObject({ status: 409, body: { code: 'rollout-cooling-down' } });
    const retried = await on.post(`/api/v1/rollouts/${third}/retry`);
    expect(retried.body).toMatchObject({
      code: 'action-not-possible',
      found: 'the cool-down after the roll-back is not over',
    });
  });

  test('keeps the version before for as long as its file says, and no longer', async () => {
    const on = (server = await startTestServer());
    const id = await start(on, strategy({ steps: long, more: 'keepWarm: 1s' }));
    await phaseBecomes(on, id, 'progressing');
    await ask(on, id, 'promote');
    await phaseBecomes(on, id, 'promoted');
    const warmUntil = async (): Promise<unknown> =>
      (await on.get(`/api/v1/rollouts/${id}`)).body.warm_until;
    await expect.poll(warmUntil, { timeout: 60_000 }).toBeNull();
    const late = await on.post(`/api/v1/rollouts/${id}/rollback`);
    expect(late.body).toMatchObject({
      code: 'action-not-possible',
      found: expect.stringContaining('not kept loaded any more') as string,
    });
    expect((await on.post('/admin/rollback-canary')).body).toMatchObject({ code: 'no-canary' });
    expect((await churn(on)).stable.version).toBe('2');
  });

  test('of one model does not touch that of another', async () => {
    const models = newFolder();
    for (const name of ['churn', 'churn-b']) {
      cpSync(join(sampleModels, 'churn'), join(models, name), { recursive: true });
    }
    const on = (server = await startTestServer({ modelRoots: [models], defaultModel: 'churn' }));
    const users = (load = new Load(on));
    const id = await start(on, strategy({ steps: long }));
    const yaml = strategy({ steps: long }).replaceAll('churn', 'churn-b');
    const { id: other } = (await on.post('/api/v1/rollouts', { yaml, why: 'a test' })).body;
    await phaseBecomes(on, id, 'progressing');
    await phaseBecomes(on, other as string, 'progressing');
    await on.put('/admin/faults', { model: 'churn', arm: 'canary', crash: true });
    await phaseBecomes(on, id, 'rolled-back');
    expect((await on.get(`/api/v1/rollouts/${other as string}`)).body.phase).toBe('progressing');
    expect((await on.get('/api/v1/models/churn-b')).body).toMatchObject({ weight: 20 });
    expect([...(await users.end()).statuses]).toEqual([200]);
  });

  test('shows after its end what was seen last of both arms, also to a later server', async () => {
    const dataFolder = newFolder();
    const on = (server = await startTestServer({ dataFolder }));
    load = new Load(on);
    const steps = '[{ shadow: { requests: 20 }, hold: { min: 0s } }, { weight: 50 }]';
    const checks =
      'latency: { tolerance: 100% }, errors: { tolerance: 1% }, predictions: { drift: 1 }';
    const id = await start(on, strategy({ steps, checks }));
    await phaseBecomes(on, id, 'progressing');
    await on.put('/admin/faults', { arm: 'canary', error_share: 0.3 });
    await phaseBecomes(on, id, 'rolled-back');
    const seen = (await on.get(`/api/v1/rollouts/${id}`)).body;
    expect(seen.verdict).toMatchObject({ verdict: 'harm' });
    expect(seen.shadow.pairs).toBeGreaterThan(0);
    expect(seen.predictions.bins.length).toBeGreaterThan(0);
    expect(seen.arms.canary.requests).toBeGreaterThan(0);
    await load.end();
    await on.close();
    const again = (server = await startTestServer({ dataFolder }));
    const { arms, verdict, predictions, shadow } = (await again.get(`/api/v1/rollouts/${id}`)).body;
    const { arms: a, verdict: v, predictions: p, shadow: s } = seen;
    expect({ arms, verdict, predictions, shadow }).toEqual({
      arms: a,
      verdict: v,
      predictions: p,
      shadow: s,
    });
  });
});
