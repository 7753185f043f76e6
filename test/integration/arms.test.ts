import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { newFolder, startTestServer, type TestServer } from './running-server.js';

const features = [12, 20, 38, 1, 0];
let server: TestServer | undefined;
let http: Server | undefined;

afterEach(async () => {
  await server?.close();
  http?.closeAllConnections();
  http?.close();
  server = http = undefined;
});

async function started(wishes: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> {
  return (server = await startTestServer(wishes));
}

async function usedArms(on: TestServer, requests: number): Promise<string[]> {
  const arms: string[] = [];
  for (let i = 0; i < requests; i += 1) {
    const { status, body } = await on.post('/predict', { features });
    expect(status).toBe(200);
    arms.push((body as { model_used: string }).model_used);
  }
  return arms;
}

describe("R1's contract", () => {
  test(
    'a model is served, a canary deployed, compared, slowed down, and rolled back',
    { timeout: 60_000 },
    async () => {
      const on = await started();
      expect(await usedArms(on, 5)).toEqual(Array(5).fill('stable'));
      expect((await on.get('/admin/check-canary-health')).body).toMatchObject({
        code: 'no-canary',
      });

      const deployed = await on.post('/admin/deploy-canary', { model_path: 'churn/2' });
      expect(deployed).toMatchObject({
        status: 200,
        body: { status: 'success', model_path: 'churn/2', weight: 10 },
      });
      expect(Date.parse(deployed.body.canary_start_time as string)).toBeGreaterThan(0);

      const fewest = await on.get('/admin/check-canary-health');
      expect(fewest.body).toMatchObject({
        alert_triggered: false,
        message: expect.stringContaining('insufficient data') as string,
        verdict: 'undecided',
      });

      await on.post('/admin/set-weight', { weight: 50 });
      expect((await on.post('/admin/toggle-slowdown')).body).toMatchObject({
        simulate_slowdown: true,
      });
      // On a machine that is busy, ten milliseconds show only in many requests.
      let asked = 0;
      const ask = async () => {
        await usedArms(on, 120);
        asked += 120;
        return (await on.get('/admin/check-canary-health')).body;
      };
      await expect
        .poll(ask, { timeout: 30_000 })
        .toMatchObject({ alert_triggered: true, test: 'welch' });
      const slow = (await on.get('/admin/check-canary-health')).body;
      expect(slow.canary_avg_latency_ms).toBeGreaterThan(slow.stable_avg_latency_ms);
      expect(slow.stable_sample_count + slow.canary_sample_count).toBe(asked);

      expect((await on.post('/admin/toggle-slowdown')).body.simulate_slowdown).toBe(false);
      expect((await on.post('/admin/rollback-canary')).body).toMatchObject({
        status: 'success',
        rolled_back_model: '2',
        stable_model: '1',
      });
      expect(await usedArms(on, 20)).toEqual(Array(20).fill('stable'));
    },
  );

  test('a promoted canary is stable, and says what it replaced', async () => {
    const on = await started();
    await on.post('/admin/deploy-canary', { model_path: 'churn/2', weight: 100 });
    expect(await usedArms(on, 10)).toEqual(Array(10).fill('canary'));
    expect((await on.post('/admin/promote-canary')).body).toMatchObject({
      status: 'success',
      previous_stable_model: '1',
      new_stable_model: '2',
    });
    const { headers, body } = await on.post('/predict', { features });
    expect(body).toMatchObject({ model_used: 'stable', model_version: '2' });
    expect(headers.get('serin-arm')).toBe('stable');
    expect(headers.get('serin-version')).toBe('2');
  });

  test('power analysis answers 36 for the example of R1', async () => {
    const on = await started();
    const path = '/admin/power-analysis?effect_size=0.666&alpha=0.05&power=0.8';
    expect((await on.get(path)).body.recommended_sample_size_per_group).toBe(36);
  });

  test('every classic test can be asked for, and says that it is valid for one look', async () => {
    const on = await started();
    await on.post('/admin/deploy-canary', { model_path: 'churn/2', weight: 50 });
    await usedArms(on, 100);
    for (const name of ['welch', 'mann-whitney', 'ks', 'fisher', 'two-proportion']) {
      const { body } = await on.get(`/admin/check-canary-health?test=${name}`);
      expect(body.test).toBe(name);
      expect(body.valid_for).toContain('one look');
      expect(body.p_value).toBeGreaterThanOrEqual(0);
    }
    expect((await on.get('/admin/check-canary-health?test=tarot')).status).toBe(400);
  });

  test('what cannot be done is refused with 4xx, the fields of R1, and a code', async () => {
    const on = await started();
    for (const [path, body, code] of [
      ['/admin/promote-canary', {}, 'no-canary'],
      ['/admin/rollback-canary', {}, 'no-canary'],
      ['/admin/deploy-canary', { model_path: 'churn/1' }, 'canary-is-stable'],
      ['/admin/deploy-canary', { model_path: 'churn/99' }, 'version-not-found'],
      ['/admin/deploy-canary', { model_path: '/etc/passwd' }, 'path-outside-roots'],
      ['/admin/deploy-canary', { model_path: 'churn/2', weight: 101 }, 'invalid-request'],
      ['/admin/deploy-canary', { model_path: 'churn/2', wieght: 1 }, 'invalid-request'],
      ['/admin/deploy-canary', {}, 'invalid-request'],
    ] as const) {
      const reply = await on.post(path, body);
      const isDeploy = path === '/admin/deploy-canary';
      const { model_path = null } = body as { readonly model_path?: string };
      const deploy = isDeploy ? { model_path, canary_start_time: null } : {};
      const message = expect.any(String) as unknown;
      expect(reply.body).toMatchObject({ status: 'error', message, code, ...deploy });
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.status).toBeLessThan(500);
    }
    await on.post('/admin/deploy-canary', { model_path: 'churn/2' });
    const again = await on.post('/admin/deploy-canary', { model_path: 'churn/3' });
    expect(again).toMatchObject({
      status: 409,
      body: { code: 'rollout-exists', model_path: 'churn/3', canary_start_time: null },
    });
  });
});

describe('when the canary fails', () => {
  test('stable answers, the user sees no error, and it counts against the canary', async () => {
    const on = await started();
    await on.post('/admin/deploy-canary', { model_path: 'churn/2', weight: 100 });
    await on.put('/admin/faults', { arm: 'canary', error_share: 1 });
    const { status, headers, body } = await on.post('/predict', { features });
    expect(status).toBe(200);
    expect(body.model_used).toBe('stable');
    expect(headers.get('serin-fallback')).toBe('canary');
    const [model] = (await on.get('/api/v1/models')).body.models;
    expect(model).toMatchObject({ fallbacks: 1, canary: { failures: 1, error_percent: 100 } });
    expect((await on.get('/health')).body).toMatchObject({ status: 'ok', error_rate: 0 });
  });

  test('a canary killed again and again costs no user an answer', async () => {
    const on = await started();
    await on.post('/admin/deploy-canary', { model_path: 'churn/2', weight: 50 });
    let sending = true;
    let answered = 0;
    const senders = Array.from({ length: 8 }, async () => {
      while (sending) {
        const { status } = await on.post('/predict', { features });
        expect(status).toBe(200);
        answered += 1;
      }
    });
    for (let i = 0; i < 3; i += 1) {
      const before = answered;
      const canary = (await on.get('/api/v1/models/churn')).body.canary;
      process.kill(canary.process.pid as number, 'SIGKILL');
      const isBack = async (): Promise<boolean> => {
        const now = (await on.get('/api/v1/models/churn')).body.canary;
        return now.ready === true && now.process.pid !== canary.process.pid;
      };
      await expect.poll(isBack, { timeout: 20_000 }).toBe(true);
      await expect.poll(() => answered > before + 50).toBe(true);
    }
    sending = false;
    await Promise.all(senders);
    const { canary } = (await on.get('/api/v1/models/churn')).body;
    expect(canary.process.restarts).toBe(3);
  });
});

describe('state', () => {
  test('stable, canary, weight and since when are there after a restart', async () => {
    const dataFolder = newFolder();
    const before = await started({ dataFolder });
    await before.post('/admin/deploy-canary', {
      model_path: 'churn/2',
      weight: 33.5,
      sticky: 'header:x-user-id',
      why: 'offline AUC +2%',
    });
    const { canary_since: since } = (await before.get('/api/v1/models/churn')).body;
    await before.close();

    const after = await started({ dataFolder });
    expect((await after.get('/api/v1/models/churn')).body).toMatchObject({
      weight: 33.5,
      sticky: 'header:x-user-id',
      canary_since: since,
      stable: { version: '1' },
      canary: { version: '2' },
    });
    const { rollouts } = (await after.get('/api/v1/rollouts')).body;
    const { events } = (await after.get(`/api/v1/rollouts/${rollouts[0].id}/events`)).body;
    expect(events[0]).toMatchObject({ type: 'submitted', why: 'offline AUC +2%' });
  });

  test('a roll-back is remembered', async () => {
    const dataFolder = newFolder();
    const before = await started({ dataFolder });
    await before.post('/admin/deploy-canary', { model_path: 'churn/3' });
    await before.post('/admin/rollback-canary', { why: 'worse' });
    await before.close();
    const after = await started({ dataFolder });
    expect((await after.get('/api/v1/models/churn')).body).toMatchObject({
      stable: { version: '1' },
      canary: null,
      weight: 0,
    });
  });
});

describe('an HTTP upstream', () => {
  test('takes its share as canary, and stable answers when it is gone', async () => {
    const listening = (http = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        response.setHeader('content-type', 'application/json');
        response.end('{"probability":0.125,"model_used":"somebody else"}');
      });
    }));
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const { port } = listening.address() as AddressInfo;
    const on = await started();
    const path = `http://127.0.0.1:${port}`;
    const deployed = await on.post('/admin/deploy-canary', { model_path: path, weight: 100 });
    expect(deployed.body.model_version).toBe(`127.0.0.1:${port}`);

    const answered = await on.post('/predict', { features });
    expect(answered.body).toMatchObject({
      probability: 0.125,
      model_used: 'canary',
      model: 'churn',
      model_version: `127.0.0.1:${port}`,
      request_id: answered.headers.get('x-request-id'),
    });
    expect(answered.headers.get('serin-arm')).toBe('canary');

    const index = (await on.post('/v2/repository/index', { ready: true })).body;
    expect(index).toContainEqual({
      name: 'churn',
      version: `127.0.0.1:${port}`,
      state: 'READY',
      reason: '',
    });

    listening.closeAllConnections();
    listening.close();
    const after = await on.post('/predict', { features });
    expect(after.status).toBe(200);
    expect(after.headers.get('serin-arm')).toBe('stable');

    // After three failures in a row a server counts as gone.
    await usedArms(on, 3);
    const promoted = await on.post('/admin/promote-canary');
    expect(promoted).toMatchObject({ status: 503, body: { code: 'upstream-unavailable' } });
    const { stable, weight } = (await on.get('/api/v1/models/churn')).body;
    expect([stable.version, weight]).toEqual(['1', 100]);
  });
});

test('a server that is not there is refused as canary', async () => {
  const on = await started();
  const reply = await on.post('/admin/deploy-canary', { model_path: 'http://127.0.0.1:9' });
  expect(reply).toMatchObject({ status: 503, body: { code: 'upstream-unavailable' } });
  expect((await on.get('/api/v1/models/churn')).body.canary).toBeNull();
});

describe('sticky arms', () => {
  test('a user keeps the arm, and about the weight of users is on the canary', async () => {
    const on = await started({ sticky: { from: 'header', name: 'x-user-id' } });
    await on.post('/admin/deploy-canary', { model_path: 'churn/2', weight: 50 });
    let canary = 0;
    for (let user = 0; user < 60; user += 1) {
      const headers = { 'x-user-id': `user-${user}` };
      const first = await on.post('/predict', { features }, headers);
      const second = await on.post('/predict', { features }, headers);
      expect(second.body.model_used).toBe(first.body.model_used);
      if (first.body.model_used === 'canary') canary += 1;
    }
    // The hash is fixed, so this is no chance: these 60 users are split so.
    expect(canary).toBeGreaterThan(20);
    expect(canary).toBeLessThan(40);
  });
});
