import { afterEach, expect, test } from 'vitest';
import { newFolder, startTestServer, type TestServer } from './running-server.js';

const features = [0.5, 1.2, 0.8, 0.3, 1.1];
let server: TestServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function started(wishes: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> {
  return (server = await startTestServer(wishes));
}

/** Buckets close at once, so that a test need not last as long as real traffic. */
const fast = { bucket: { requestsPerArm: 20, durationMs: 0 }, settleMs: 0 };

async function predict(on: TestServer, times: number, prefix = 'r'): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    await on.post('/predict', { features }, { 'x-request-id': `${prefix}${i}` });
  }
}

test('without a canary there is no verdict', async () => {
  const on = await started();
  const reply = await on.get('/api/v1/models/churn/verdict');
  expect(reply).toMatchObject({ status: 409, body: { code: 'no-canary' } });
});

test('without traffic nothing is measurable, and the verdict says so', async () => {
  const on = await started();
  const judging = { silentAfterMs: 1 };
  await on.post('/admin/deploy-canary', { model_path: 'churn/2', weight: 50, judging });
  const verdict = async () => (await on.get('/api/v1/models/churn/verdict')).body;
  await expect
    .poll(async () => (await verdict()).verdict, { timeout: 20_000, interval: 5 })
    .toBe('unmeasurable');
  const { requests, reasons, sentence } = await verdict();
  expect(requests).toEqual({ stable: 0, canary: 0 });
  expect(reasons).toEqual([expect.stringMatching(/^no requests for \d/)]);
  expect(sentence).toMatch(/^Nothing can be said: no requests for \d.* s\.$/);
});

test('a canary that fails is harm, with the evidence in words and numbers', async () => {
  const on = await started();
  await on.post('/admin/deploy-canary', { model_path: 'churn/2', weight: 50, judging: fast });
  await on.put('/admin/faults', { arm: 'canary', error_share: 0.5 });
  await expect
    .poll(
      async () => {
        await predict(on, 50);
        return (await on.get('/api/v1/models/churn/verdict')).body.verdict;
      },
      { timeout: 25_000, interval: 1 },
    )
    .toBe('harm');
  const { body } = await on.get('/api/v1/models/churn/verdict');
  expect(body.meter).toBe(-100);
  expect(body.p).toBeLessThanOrEqual(0.05);
  const errors = body.evidence.find(({ check }: { check: string }) => check === 'errors');
  expect(errors.harm_log_e).toBeGreaterThan(3);
  expect(errors.sentence).toMatch(/canary/);
  // Stable answered in the canary's place: no user met an error.
  expect((await on.get('/health')).body.error_rate).toBe(0);
});

test('the judge goes on after a restart with what it knew', async () => {
  const dataFolder = newFolder();
  const before = await started({ dataFolder });
  await before.post('/admin/deploy-canary', { model_path: 'churn/2', weight: 50, judging: fast });
  await predict(before, 200);
  const known = (await before.get('/api/v1/models/churn/verdict')).body.judged;
  expect(known.canary).toBeGreaterThan(20);
  await before.close();
  const after = await started({ dataFolder });
  const { judged } = (await after.get('/api/v1/models/churn/verdict')).body;
  expect(judged.canary).toBeGreaterThanOrEqual(known.canary);
});

test('settings of the judge that cannot be used are refused by name', async () => {
  const on = await started();
  const judging = { alpha: 7 };
  const reply = await on.post('/admin/deploy-canary', { model_path: 'churn/2', judging });
  expect(reply.body).toMatchObject({ code: 'invalid-judge-settings' });
  expect(reply.body.error).toContain('alpha');
  expect((await on.get('/api/v1/models/churn')).body.canary).toBeNull();
});

test('feedback is joined to the arm that answered, once, late, and out of order', async () => {
  const on = await started();
  await on.post('/admin/deploy-canary', { model_path: 'churn/2', weight: 50, judging: fast });
  await predict(on, 60, 'f');
  const feedback = Array.from({ length: 60 }, (_, i) => ({ request_id: `f${59 - i}`, label: 1 }));
  const first = (await on.post('/api/v1/feedback', { feedback })).body;
  expect(first.counted).toBe(60);
  const arms = new Set(first.outcomes.map(({ arm }: { arm: string }) => arm));
  expect(arms).toEqual(new Set(['stable', 'canary']));

  const again = (await on.post('/api/v1/feedback', { request_id: 'f0', label: 0 })).body;
  expect(again).toMatchObject({ counted: 0, outcomes: [{ outcome: 'known' }] });
  const stranger = (await on.post('/api/v1/feedback', { request_id: 'never', label: 0 })).body;
  expect(stranger.outcomes[0].outcome).toBe('unknown');
  await predict(on, 1, 'x');
  const odd = (await on.post('/api/v1/feedback', { request_id: 'x0', label: 'maybe' })).body;
  expect(odd.outcomes[0]).toMatchObject({ outcome: 'refused' });
  expect(odd.outcomes[0].problem).toContain('maybe');

  await on.post('/admin/rollback-canary');
  await on.post('/admin/deploy-canary', { model_path: 'churn/2', weight: 50, judging: fast });
  const late = (await on.post('/api/v1/feedback', { request_id: 'x0', label: 1 })).body;
  expect(late.outcomes[0].outcome).toBe('unknown');
});

test('feedback counts over a change of weight and a restart, in the step of its answer', async () => {
  const dataFolder = newFolder();
  const before = await started({ dataFolder });
  await before.post('/admin/deploy-canary', { model_path: 'churn/2', weight: 50, judging: fast });
  await predict(before, 30, 'early');
  expect((await before.post('/admin/set-weight', { weight: 25 })).status).toBe(200);
  expect(await labelled(before, 'early', 0, 10)).toEqual(new Set(['counted']));
  await before.close();
  const after = await started({ dataFolder });
  expect(await labelled(after, 'early', 0, 10)).toEqual(new Set(['known']));
  expect(await labelled(after, 'early', 10, 30)).toEqual(new Set(['counted']));
});

async function labelled(on: TestServer, prefix: string, from: number, to: number) {
  const ids = Array.from({ length: to - from }, (_, i) => `${prefix}${from + i}`);
  const feedback = ids.map((request_id) => ({ request_id, label: 1 }));
  const { outcomes } = (await on.post('/api/v1/feedback', { feedback })).body;
  return new Set(outcomes.map(({ outcome }: { outcome: string }) => outcome));
}
