import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { writeVersion } from '../models/typed-models.js';
import { identityModel, imageModel, logisticModel, namedModel } from '../onnx/models.js';
import { readExposition, type Sample } from './exposition.js';
import { newFolder, sampleModels, startTestServer, type TestServer } from './running-server.js';

const features = [12, 20, 38, 1, 0];
let server: TestServer;

beforeAll(async () => {
  const models = newFolder();
  cpSync(sampleModels, models, { recursive: true });
  writeVersion(models, 'named', '1', namedModel());
  writeVersion(models, 'bands', '1', imageModel());
  writeVersion(models, 'echo', '1', identityModel('BYTES', ['N', 1]));
  writeFileSync(
    join(models, 'bands', 'model.yaml'),
    'labels: [a, b, c, d, e, f, g, h, i, j]\nprediction: { output: shares, kind: classes }\n',
  );
  server = await startTestServer({ modelRoots: [models], defaultModel: 'churn' });
});

afterAll(() => server.close());

describe('POST /predict', () => {
  test('answers one row with one probability, who gave it, and how long it took', async () => {
    const { status, body } = await server.post('/predict', { features });
    expect(status).toBe(200);
    expect(body).toMatchObject({ model: 'churn', model_version: '1', model_used: 'stable' });
    expect(body.probability).toBeGreaterThanOrEqual(0);
    expect(body.probability).toBeLessThanOrEqual(1);
    expect(body.prediction).toBe(body.probability);
    expect(body.latency_ms).toBeGreaterThan(0);
  });

  test('answers 500 rows as it answers each of them', async () => {
    const rows = Array.from({ length: 500 }, (_, i) => [i % 18, i % 40, 20 + (i % 40), i % 2, 0]);
    const { body } = await server.post('/predict', { features: rows });
    expect(body.probabilities).toHaveLength(500);
    for (const i of [0, 17, 250, 499]) {
      const one = await server.post('/predict', { features: rows[i] });
      expect(body.probabilities[i]).toBeCloseTo(one.body.probability as number, 5);
    }
  });

  test('takes inputs by name, one row or several', async () => {
    const one = { a: [1, 2], b: [10, 20], n: 41 };
    const single = await server.post('/predict', { model: 'named', inputs: one });
    expect(single.status).toBe(200);
    expect(JSON.stringify(single.body)).toContain('[11,22]');
    const many = { a: [[1, 2], [3, 4]], b: [[10, 20], [30, 40]], n: [[1], [2]] }; // prettier-ignore
    const both = await server.post('/predict', { model: 'named', inputs: many });
    expect(JSON.stringify(both.body)).toContain('[[11,22],[33,44]]');
  });

  test('takes images, nested or flat, and names the class', async () => {
    const column = 15;
    const rows = Array.from({ length: 28 }, () =>
      Array.from({ length: 28 }, (_, x) => (x === column ? 1 : 0)),
    );
    for (const image of [rows, rows.flat()]) {
      const { body } = await server.post('/predict', { model: 'bands', features: image });
      expect(body).toMatchObject({ prediction: 5, label: 'f' });
      expect(Object.keys(body.scores as object)).toHaveLength(10);
    }
    const three = [rows.flat(), Array(784).fill(0).fill(1, 0, 1), rows.flat()];
    const many = await server.post('/predict', { model: 'bands', features: three });
    expect(many.body.labels).toEqual(['f', 'a', 'f']);
  });

  test('takes text', async () => {
    const { body } = await server.post('/predict', { model: 'echo', features: 'Käse 🐤' });
    expect(body.prediction).toBe('Käse 🐤');
  });

  test('finds the model in the body, in the address, or takes the default one', async () => {
    const inBody = await server.post('/predict', { model: 'churn', version: '1', features });
    const inPath = await server.post('/models/churn/predict', { features });
    const byDefault = await server.post('/predict', { features });
    for (const { body } of [inBody, inPath, byDefault]) expect(body.model).toBe('churn');
    expect(await server.post('/models/nobody/predict', { features })).toMatchObject({
      status: 404,
      body: { code: 'model-not-found' },
    });
  });
});

describe('with several models and no default one', () => {
  let other: TestServer | undefined;
  afterEach(async () => {
    await other?.close();
    other = undefined;
  });

  test('a request that names none is told which there are', async () => {
    const models = newFolder();
    writeVersion(models, 'left', '1', logisticModel());
    writeVersion(models, 'right', '1', logisticModel());
    other = await startTestServer({ modelRoots: [models] });
    const refused = await other.post('/predict', { features: [1, 2, 3, 4, 5] });
    expect(refused).toMatchObject({ status: 400, body: { code: 'model-required' } });
    expect(refused.body.expected).toContain('left, right');
    const taken = await other.post('/predict', { features: [1, 2, 3, 4, 5], model: 'right' });
    expect(taken.body.model).toBe('right');
  });
});

describe('health', () => {
  test('is live and ready', async () => {
    expect(await server.get('/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
    const ready = await server.get('/health/ready');
    expect(ready).toMatchObject({ status: 200, body: { status: 'ok', problems: [] } });
    expect(ready.body.models).toContainEqual({ name: 'churn', ready: true });
  });

  test('the error rate is a percentage, and rises with what users meet', async () => {
    const before = (await server.get('/health')).body as { status: string; error_rate: number };
    expect(before.status).toBe('ok');
    await server.put('/admin/faults', { model: 'named', arm: 'stable', error_share: 1 });
    const row = { model: 'named', inputs: { a: [1, 2], b: [1, 2], n: 1 } };
    for (let i = 0; i < 5; i += 1) {
      expect(await server.post('/predict', row)).toMatchObject({
        status: 502,
        body: { code: 'upstream-failed' },
      });
    }
    await server.put('/admin/faults', { model: 'named', arm: 'stable' });
    const after = (await server.get('/health')).body as { error_rate: number; requests: number };
    expect(after.error_rate).toBeGreaterThan(before.error_rate);
    // Nothing leaves the window of a minute meanwhile but what was sent more than a minute ago.
    expect(after.error_rate).toBeGreaterThanOrEqual((100 * 5) / after.requests);
    expect(after.error_rate).toBeLessThanOrEqual(100);
    const rejected = await server.post('/predict', { features: [1] });
    expect(rejected.status).toBe(400);
    expect((await server.get('/health')).body.error_rate).toBeLessThanOrEqual(after.error_rate);
  });

  test('a runner that is gone comes back, and the server is ready again', async () => {
    await server.put('/admin/faults', { model: 'echo', arm: 'stable', crash: true });
    const restarts = async () =>
      (await server.get('/api/v1/models/echo')).body.stable.process.restarts;
    await expect.poll(restarts, { timeout: 20_000 }).toBe(1);
    const isReady = async () => (await server.get('/health/ready')).status;
    await expect.poll(isReady, { timeout: 20_000 }).toBe(200);
  });

  test('a model that cannot be loaded makes the server not ready; the others answer', async () => {
    const models = newFolder();
    writeVersion(models, 'sound', '1', logisticModel());
    writeVersion(models, 'broken', '1', 'no model at all');
    const other = await startTestServer({ modelRoots: [models] });
    try {
      const ready = await other.get('/health/ready');
      expect(ready.status).toBe(503);
      expect(ready.body).toMatchObject({ status: 'unavailable', problems: [{ name: 'broken' }] });
      expect((await other.get('/v2/health/ready')).status).toBe(503);
      expect((await other.get('/health')).body.status).toBe('degraded');
      expect((await other.get('/health/live')).status).toBe(200);
      const predicted = await other.post('/predict', { features: [1, 2, 3, 4, 5] });
      expect(predicted.status).toBe(200);
    } finally {
      await other.close();
    }
  });
});

describe('GET /metrics', () => {
  async function scrape(): Promise<ReturnType<typeof readExposition>> {
    const { headers, body } = await server.get('/metrics');
    expect(headers.get('content-type')).toContain('text/plain; version=0.0.4');
    return readExposition(body as string);
  }

  async function valueOf(family: string, labels: Record<string, string>): Promise<number> {
    const samples = (await scrape()).get(family)?.samples ?? [];
    const found = samples.filter((sample) =>
      Object.entries(labels).every(([name, value]) => sample.labels[name] === value),
    );
    return found.reduce((sum, { value }) => sum + value, 0);
  }

  test('agrees with what was sent, by model, version and arm', async () => {
    const stable = { model: 'bands', version: '1', arm: 'stable' };
    const image = Array(784).fill(0.5);
    const before = {
      requests: await valueOf('serin_requests_total', stable),
      rows: await valueOf('serin_predicted_rows_total', stable),
      rejected: await valueOf('serin_rejected_requests_total', stable),
    };
    for (let i = 0; i < 4; i += 1) {
      await server.post('/predict', { model: 'bands', features: [image, image, image] });
    }
    await server.post('/predict', { model: 'bands', features: [1] });
    await server.put('/admin/faults', { model: 'bands', arm: 'stable', error_share: 1 });
    await server.post('/predict', { model: 'bands', features: image });
    await server.put('/admin/faults', { model: 'bands', arm: 'stable' });

    expect((await valueOf('serin_requests_total', stable)) - before.requests).toBe(6);
    expect((await valueOf('serin_predicted_rows_total', stable)) - before.rows).toBe(12);
    expect((await valueOf('serin_rejected_requests_total', stable)) - before.rejected).toBe(1);
    expect(await valueOf('serin_failures_total', { ...stable, code: 'upstream-failed' })).toBe(1);
    expect(await valueOf('serin_queued_requests', stable)).toBe(0);
    expect(await valueOf('serin_runner_up', stable)).toBe(1);
    expect(await valueOf('serin_runner_resident_memory_bytes', stable)).toBeGreaterThan(2 ** 20);
    expect(await valueOf('serin_runner_cpu_seconds_total', stable)).toBeGreaterThan(0);
  });

  test('histograms are cumulative, end in +Inf, and agree with their count', async () => {
    await server.post('/predict', { features: [features, features] });
    const families = await scrape();
    for (const name of ['serin_request_duration_seconds', 'serin_batch_rows']) {
      const { type, samples } = families.get(name)!;
      expect(type).toBe('histogram');
      const own = samples.filter(({ labels }) => labels['model'] === 'churn');
      const buckets = own.filter((sample) => sample.name.endsWith('_bucket'));
      const counts = buckets.map(({ value }) => value);
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
      expect(buckets.at(-1)!.labels['le']).toBe('+Inf');
      const of = (suffix: string): Sample => own.find((s) => s.name === name + suffix)!;
      expect(of('_count').value).toBe(counts.at(-1));
      expect(of('_sum').value).toBeGreaterThan(0);
    }
  });

  test('names follow the conventions of Prometheus', async () => {
    const own = [...(await scrape())].filter(([name]) => !name.startsWith('serin_gateway_'));
    expect(own.length).toBeGreaterThan(10);
    for (const [name, { type, help }] of own) {
      expect(name).toMatch(/^serin_[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      expect(help).toMatch(/\.$/);
    }
  });

  test('both arms are there after a deploy, and a fallback is counted', async () => {
    await server.post('/admin/deploy-canary', { model_path: 'churn/2', weight: 100 });
    await server.post('/predict', { features });
    await server.put('/admin/faults', { arm: 'canary', error_share: 1 });
    await server.post('/predict', { features });
    const canary = { model: 'churn', version: '2', arm: 'canary' };
    expect(await valueOf('serin_requests_total', canary)).toBe(2);
    expect(await valueOf('serin_failures_total', canary)).toBe(1);
    expect(await valueOf('serin_fallbacks_total', { model: 'churn' })).toBe(1);
    expect(await valueOf('serin_canary_weight_ratio', { model: 'churn' })).toBe(1);
    await server.post('/admin/rollback-canary');
    expect(await valueOf('serin_canary_weight_ratio', { model: 'churn' })).toBe(0);
  });
});

describe('headers', () => {
  test("the client's request id is kept, in answers and in errors; else one is made", async () => {
    const kept = await server.post('/predict', { features }, { 'x-request-id': 'order-77/b' });
    expect(kept.headers.get('x-request-id')).toBe('order-77/b');
    expect(kept.body.request_id).toBe('order-77/b');
    const refused = await server.post('/predict', {}, { 'x-request-id': 'order-78' });
    expect(refused.status).toBe(400);
    expect(refused.headers.get('x-request-id')).toBe('order-78');
    expect(refused.headers.get('serin-arm')).toBe('stable');
    expect(refused.headers.get('serin-version')).toBe('1');
    for (const unusable of ['has spaces in it', 'x'.repeat(200), '"quoted"']) {
      const made = await server.post('/predict', { features }, { 'x-request-id': unusable });
      expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(made.body.request_id).toBe(made.headers.get('x-request-id'));
    }
  });

  test('say which arm and version answered', async () => {
    const { headers } = await server.post('/predict', { features });
    expect(headers.get('serin-arm')).toBe('stable');
    expect(headers.get('serin-version')).toBe('1');
    expect(headers.has('serin-fallback')).toBe(false);
    expect(headers.get('content-type')).toContain('application/json');
  });

  test('a large answer is packed where the client takes it, and only there', async () => {
    const rows = Array.from({ length: 1_000 }, () => features);
    const packed = await server.post('/predict', { features: rows }, { 'accept-encoding': 'gzip' });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(packed.headers.get('vary')).toBe('accept-encoding');
    expect(packed.body.probabilities).toHaveLength(1_000);
    const plain = await server.post(
      '/predict',
      { features: rows },
      { 'accept-encoding': 'identity' },
    );
    expect(plain.headers.has('content-encoding')).toBe(false);
    const small = await server.post('/predict', { features }, { 'accept-encoding': 'gzip' });
    expect(small.headers.has('content-encoding')).toBe(false);
  });

  test('another method is told which one it has to be; another address, that it is none', async () => {
    const wrong = await server.get('/v2/models/churn/versions/1/infer');
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method-not-allowed' } });
    expect(wrong.headers.get('allow')).toBe('POST');
    expect(await server.get('/predicts')).toMatchObject({
      status: 404,
      body: { code: 'not-found', found: 'GET /predicts' },
    });
    expect(await server.get('/v2/models/%zz')).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
    expect(await server.get(`/v2/models/${'x'.repeat(500)}`)).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
  });
});

describe('documentation', () => {
  test('/openapi.json describes every address, and every parameter in it', async () => {
    const { status, body } = await server.get('/openapi.json');
    expect(status).toBe(200);
    expect(body.openapi).toMatch(/^3\./);
    expect(body.info).toMatchObject({ title: 'Serin', version: '0.0.0-test' });
    const addresses = Object.keys(body.paths as object);
    for (const path of ['/predict', '/v2/models/{model}/infer', '/health', '/metrics']) {
      expect(addresses).toContain(path);
    }
    expect(addresses).toContain('/admin/deploy-canary');
    for (const [path, operations] of Object.entries(body.paths as Record<string, object>)) {
      for (const operation of Object.values(operations) as Operation[]) {
        expect(operation.summary, path).toMatch(/^[A-Z]/);
        expect(operation.tags, path).toHaveLength(1);
        expect(Object.keys(operation.responses), path).not.toHaveLength(0);
        const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        const declared = (operation.parameters ?? []).filter((one) => one.in === 'path');
        expect(declared.map(({ name }) => name).sort(), path).toEqual(inPath.sort());
      }
    }
  });

  test.each([
    ['/predict', ''],
    ['/models/{model}/predict', 'churn'],
    ['/v2/models/{model}/infer', 'churn'],
    ['/v2/models/{model}/versions/{version}/infer', 'churn'],
    ['/v2/repository/index', ''],
    ['/v2/repository/models/{model}/unload', 'echo'],
    ['/v2/repository/models/{model}/load', 'echo'],
  ])('its example of a body for %s can be sent as it is', async (path, model) => {
    const { paths } = (await server.get('/openapi.json')).body as {
      paths: Record<string, { post: Operation }>;
    };
    const { example } = paths[path]?.post.requestBody?.content['application/json'] ?? {};
    expect(example).toBeTypeOf('object');
    const address = path.replace('{model}', model).replace('{version}', '1');
    expect((await server.post(address, example)).status).toBe(200);
  });

  test('/swagger-ui shows it, with nothing from other hosts', async () => {
    const page = await server.get('/swagger-ui');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).not.toMatch(/https?:|validator/);
    const [, script] = /src="([^"]+bundle[^"]*\.js)"/.exec(page.body as string) ?? [];
    expect((await server.get(script!)).status).toBe(200);
    expect((await server.get('/swagger-ui/json')).body).toEqual(
      (await server.get('/openapi.json')).body,
    );
  });
});

interface Operation {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly responses: object;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly example?: unknown }>>;
  };
}
