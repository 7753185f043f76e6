import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { toModelName } from '../../src/domain/ids.js';
import { toPercent, toShare } from '../../src/domain/share.js';
import { ShadowCounts } from '../../src/observing/shadow-counts.js';
import { Shadow, type ShadowLimits } from '../../src/serving/gateway/shadow.js';
import { readExposition } from './exposition.js';
import { startTestServer, type TestServer } from './running-server.js';

const churn = toModelName('churn');
/** Polls end when it is so; a machine with much else to do takes longer. */
const soon = { timeout: 20_000 };
const features = [0.5, 1.2, 0.8, 0.3, 1.1];
let server: TestServer | undefined;
let http: SilentServer | undefined;

afterEach(async () => {
  await http?.close();
  await server?.close();
  server = http = undefined;
});

test('a canary that never answers keeps no user waiting, and is sent only so many copies', async () => {
  const canary = (http = await SilentServer.start());
  const on = await shadowing(canary.url, { maxInFlight: 4 });
  const replies = await predict(on, 40);
  expect(replies.map(({ body }) => body.model_used as string)).toEqual(Array(40).fill('stable'));
  await expect.poll(() => canary.received.length, soon).toBe(4);
  expect(countsOf(on)).toMatchObject({ pairs: 0, shed: { 'in-flight': 36 } });
  expect(canary.received[0]).toMatchObject({ 'serin-shadow': 'copy', 'x-request-id': 'r0' });

  canary.answer('{"probability":0.9}');
  await expect.poll(() => countsOf(on).pairs, soon).toBe(4);
  await predict(on, 4);
  await expect.poll(() => canary.received.length, soon).toBe(8);
  const metrics = readExposition((await on.get('/metrics')).body as string);
  const valueOf = (name: string, labels: object) =>
    metrics
      .get(name)
      ?.samples.find(({ labels: has }) => JSON.stringify(has) === JSON.stringify(labels))?.value;
  expect(valueOf('serin_shadow_shed_total', { model: churn, reason: 'in-flight' })).toBe(36);
  expect(valueOf('serin_shadow_copies_in_flight', { model: churn })).toBe(4);
});

test('a canary made slow delays no user', async () => {
  const on = await shadowing('churn/2');
  await on.put('/admin/faults', { arm: 'canary', latency_ms: 60_000 });
  const replies = await predict(on, 5);
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(modelOf(on).shadow?.inFlight).toBe(5);
  expect(countsOf(on).pairs).toBe(0);
});

test('what is made to go wrong with the canary goes wrong with its copies, and is judged', async () => {
  const on = await shadowing('churn/2');
  await on.put('/admin/faults', { arm: 'canary', wrong_output_share: 1 });
  await predict(on, 3);
  await expect.poll(() => countsOf(on), soon).toMatchObject({ disagreed: 3, failed: 0 });
  await on.put('/admin/faults', { arm: 'canary', error_share: 1 });
  const replies = await predict(on, 4);
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  await expect.poll(() => countsOf(on), soon).toMatchObject({ disagreed: 3, failed: 4 });
  const { canary, stable } = on.server.context.comparisons.of(modelOf(on)) ?? {};
  expect(canary).toMatchObject({ requests: 7, errors: 4 });
  expect(stable).toMatchObject({ requests: 7, errors: 0 });
  const { paired } = (await on.get('/api/v1/models/churn/shadow')).body;
  expect(paired).toEqual({
    latency: { pairs: 3, ratio: expect.any(Number) as number, low: null, high: null },
    failures: { neither: 3, only_stable: 0, only_canary: 4, both: 0 },
    numbers: expect.objectContaining({ pairs: 3 }) as object,
  });
  const metrics = readExposition((await on.get('/metrics')).body as string);
  const failures = metrics.get('serin_shadow_paired_failures_total')?.samples ?? [];
  expect(
    Object.fromEntries(failures.map(({ labels, value }) => [labels['failed'], value])),
  ).toEqual({
    neither: 3,
    stable: 0,
    canary: 4,
    both: 0,
  });
  expect(metrics.get('serin_shadow_latency_ratio')?.samples[0]?.value).toBe(paired.latency.ratio);
  expect(metrics.get('serin_shadow_difference')?.samples).toHaveLength(4);
});

test('a label of a shadowed request says which of the two answers was right', async () => {
  const on = await shadowing('churn/2', {}, {}, { feedback: { measure: 'labelled-pairs' } });
  await on.put('/admin/faults', { arm: 'canary', wrong_output_share: 1 });
  const replies = await predict(on, 20);
  await expect.poll(() => countsOf(on), soon).toMatchObject({ disagreed: 20 });
  const isLikely = (replies[0]?.body as { prediction: number }).prediction >= 0.5;
  const feedback = replies.map((_, i) => ({ request_id: `r${i}`, label: isLikely }));
  expect((await on.post('/api/v1/feedback', { feedback })).body.counted).toBe(20);
  const { evidence } = (await on.get('/api/v1/models/churn/verdict')).body;
  const named = evidence.find(({ check }: { check: string }) => check === 'feedback');
  expect(named.shown).toEqual({ canaryWrong: 20, stableWrong: 0 });
});

test('a canary that is killed while it is shadowed costs no user anything', async () => {
  const on = await shadowing('churn/2');
  await predict(on, 5);
  const { canary } = (await on.get('/api/v1/models/churn')).body;
  process.kill(canary.process.pid as number, 'SIGKILL');
  let sent = 0;
  const copyFailed = async (): Promise<boolean> => {
    const [reply] = await predict(on, 1, `after-${(sent += 1)}-`);
    expect(reply).toMatchObject({ status: 200, body: { model_used: 'stable' } });
    return countsOf(on).failed > 0;
  };
  await expect.poll(copyFailed, { timeout: 20_000, interval: 1 }).toBe(true);
  const { body } = await on.get('/api/v1/models/churn');
  expect(body).toMatchObject({ fallbacks: 0, stable: { failures: 0 } });
  expect(body.canary.failures).toBeGreaterThan(0);
  expect((await on.get('/health')).body).toMatchObject({ error_rate: 0 });
});

test('what two versions answer otherwise can be looked at', async () => {
  const on = await shadowing('churn/3');
  await predictVaried(on, 100);
  await expect.poll(() => countsOf(on).pairs, soon).toBe(100);
  const { disagreed, agreed, failed } = countsOf(on);
  expect(disagreed).toBeGreaterThan(5);
  expect({ sum: agreed + disagreed, failed }).toEqual({ sum: 100, failed: 0 });

  const examples = on.server.context.witness.disagreements.of(churn);
  expect(examples).toHaveLength(Math.min(50, disagreed));
  for (const { versions, payload, requestId } of examples) {
    expect(versions).toEqual({ stable: '1', canary: '3' });
    const index = Number(requestId.slice(1));
    expect(payload?.inputs).toEqual({ features: [varied(index)] });
    const { stable, canary } = payload ?? {};
    const [[of1]] = (stable as { probability: [[number]] }).probability;
    const [[of3]] = (canary as { probability: [[number]] }).probability;
    expect(of1 >= 0.5).not.toBe(of3 >= 0.5);
  }
  const judged = (): unknown =>
    on.server.context.comparisons
      .verdict(modelOf(on))
      ?.evidence.find(({ check }) => check === 'agreement')?.shown;
  // The judge takes pairs by the hundred.
  await expect.poll(judged, soon).toEqual({ disagreed, pairs: 100 });
});

test('counts and examples are there for a person at /api/v1/models/{model}/shadow', async () => {
  const on = await shadowing('churn/3');
  expect((await on.get('/api/v1/models/churn/shadow')).body).toMatchObject({
    percent: 100,
    copies: { agreed: 0, disagreed: 0 },
    disagreements: [],
  });
  await predictVaried(on, 30);
  await expect.poll(() => countsOf(on).pairs, soon).toBe(30);
  const { status, body } = await on.get('/api/v1/models/churn/shadow');
  expect(status).toBe(200);
  expect(body.copies.agreed + body.copies.disagreed).toBe(30);
  expect(body.disagreements).toHaveLength(body.copies.disagreed as number);
  expect(body.disagreements[0]).toEqual({
    request_id: expect.stringMatching(/^r\d+$/) as string,
    at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    stable_version: '1',
    canary_version: '3',
    difference: { absolute: expect.any(Number) as number, relative: expect.any(Number) as number },
    payload: {
      predictions: {
        stable: { kind: 'score', value: expect.any(Number) as number },
        canary: { kind: 'score', value: expect.any(Number) as number },
      },
      inputs: { features: [expect.any(Array)] },
      stable: { probability: [[expect.any(Number)]] },
      canary: { probability: [[expect.any(Number)]] },
    },
  });
});

test('a retrained version agrees', async () => {
  const on = await shadowing('churn/2');
  await predictVaried(on, 60);
  await expect.poll(() => countsOf(on).pairs, soon).toBe(60);
  expect(countsOf(on).agreed).toBeGreaterThanOrEqual(54);
});

test('with payloads off, nothing of a request is kept', async () => {
  const on = await shadowing('churn/3', {}, { keepPayloads: false });
  await predictVaried(on, 60);
  await expect.poll(() => countsOf(on).pairs, soon).toBe(60);
  const examples = on.server.context.witness.disagreements.of(churn);
  expect(examples.length).toBeGreaterThan(5);
  for (const example of examples) {
    expect(Object.keys(example)).toEqual(['requestId', 'atMs', 'versions', 'difference']);
  }
  const { body } = await on.get('/api/v1/models/churn/shadow');
  expect(body).toMatchObject({
    keeps_payloads: false,
    disagreements: examples.map(() => ({ payload: null })),
  });
});

test('requests that name their version are not copied', async () => {
  const on = await shadowing('churn/2');
  await on.post('/predict', { features, version: '1' });
  await on.post('/v2/models/churn/versions/1/infer', infer);
  await on.post('/v2/models/churn/infer', infer);
  await expect.poll(() => countsOf(on).pairs, soon).toBe(1);
});

test('after a roll-back the canary is sent no copy any more', async () => {
  const on = await shadowing('churn/2');
  await predict(on, 3);
  await expect.poll(() => countsOf(on).pairs, soon).toBe(3);
  await on.post('/admin/rollback-canary');
  await predict(on, 3);
  expect(modelOf(on).shadow).toBeUndefined();
  expect(countsOf(on).pairs).toBe(3);
});

const infer = {
  inputs: [{ name: 'features', shape: [1, 5], datatype: 'FP32', data: features }],
};

/** A server on which all of stable's requests are copied to a canary without any traffic. */
async function shadowing(
  canary: string,
  limits: Partial<ShadowLimits> = {},
  wishes: Parameters<typeof startTestServer>[0] = {},
  checks: object = {},
): Promise<TestServer> {
  const on = (server = await startTestServer(wishes));
  const deployed = await on.post('/admin/deploy-canary', {
    model: 'churn',
    model_path: canary,
    weight: 0,
    judging: {
      checks: { agreement: { disagreement: 0.05 }, ...checks },
      bucket: { requestsPerArm: 1, durationMs: 1 },
      settleMs: 0,
    },
  });
  expect(deployed.status).toBe(200);
  const model = modelOf(on);
  const { witness, clocks, comparisons } = on.server.context;
  comparisons.openStep(model, { kind: 'shadow', share: toShare(toPercent(100)), last: false }, {});
  model.shadow = new Shadow({
    model,
    percent: toPercent(100),
    random: () => 0.5,
    clocks,
    witness,
    warn: (message) => {
      throw new Error(message);
    },
    limits,
    // Clients and server share this process: it is always busy.
    isBusy: () => false,
  });
  return on;
}

function modelOf(on: TestServer) {
  return on.server.context.deployments.model(churn);
}

function countsOf(on: TestServer): ShadowCounts {
  return on.server.context.witness.shadows.get(churn) ?? new ShadowCounts();
}

async function predict(on: TestServer, requests: number, prefix = 'r') {
  const replies = [];
  for (let i = 0; i < requests; i += 1) {
    const headers = { 'x-request-id': `${prefix}${i}` };
    replies.push(await on.post('/predict', { features }, headers));
  }
  return replies;
}

async function predictVaried(on: TestServer, requests: number): Promise<void> {
  for (let i = 0; i < requests; i += 1) {
    await on.post('/predict', { features: varied(i) }, { 'x-request-id': `r${i}` });
  }
}

/** Rows all over the place, the same in every run. */
function varied(index: number): number[] {
  return features.map((_, column) => (((index * 7 + column * 13) % 41) - 20) / 10);
}

/** An HTTP model server that answers when it is told to. */
class SilentServer {
  readonly received: Record<string, unknown>[] = [];
  readonly #waiting: ServerResponse[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      request.resume();
      // Serin looks whether the server is there; that is answered.
      if (request.method === 'GET') return response.end();
      this.received.push(request.headers);
      return this.#waiting.push(response);
    });
  }

  static async start(): Promise<SilentServer> {
    const listening = createServer();
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    return new SilentServer(listening);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  answer(body: string): void {
    for (const response of this.#waiting.splice(0)) {
      response.setHeader('content-type', 'application/json');
      response.end(body);
    }
  }

  async close(): Promise<void> {
    this.answer('{}');
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
