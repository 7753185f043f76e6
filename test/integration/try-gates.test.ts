import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TriedGateBody } from '../../src/api/contract/gate-trial.js';
import { startTestServer, type TestServer } from './running-server.js';

describe('the gates of a rollout file, tried before anything is started', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ firstStable: new Map([['churn', 'churn/1']]) });
  });
  afterAll(() => server.close());

  test('say how far they are, and what they found', { timeout: 120_000 }, async () => {
    const { lines, last } = await tryGates('[smoke, validate]');
    expect(lines.slice(0, 2).map(({ state }) => state)).toEqual(['waiting', 'waiting']);
    const [smoke, validate] = last;
    expect(smoke).toMatchObject({ name: 'smoke', state: 'passed', done: 1 });
    // A machine that is busy may find it slow: what it says is what its report says.
    const state = validate?.report?.passed === true ? 'passed' : 'failed';
    expect(validate).toMatchObject({ name: 'validate', state, done: 1 });
    expect(validate?.report).toMatchObject({ gate: 'validate', against: 'churn/1' });
    expect(validate?.report?.checks.length).toBeGreaterThan(10);
    const shares = lines.filter(({ index }) => index === 1).map(({ done }) => done);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(new Set(shares).size).toBeGreaterThan(10);
  });

  test('start no rollout, and load no canary', async () => {
    await tryGates('[smoke]');
    expect((await server.get('/api/v1/rollouts')).body.rollouts).toEqual([]);
    expect((await server.get('/api/v1/models')).body.models[0].canary).toBeNull();
  });

  test('load both versions apart from those that answer users', { timeout: 120_000 }, async () => {
    const { last } = await tryGates('[loadtest]');
    const [loadtest] = last;
    expect(loadtest?.report).toMatchObject({
      gate: 'loadtest',
      subject: 'churn/2',
      against: 'churn/1',
    });
    const requests = (await server.get('/api/v1/models')).body.models[0].stable.requests;
    expect(requests).toBe(0);
  });

  test('that are asked elsewhere are not asked for a trial', async () => {
    const { last } = await tryGates('[{ webhook: "http://127.0.0.1:9/" }]');
    expect(last).toMatchObject([{ name: 'http://127.0.0.1:9/', state: 'at-start' }]);
  });

  test('are not tried by a file that cannot be read', async () => {
    const reply = await server.post('/api/v1/rollouts/try-gates', { yaml: 'model: churn\n' });
    expect(reply.status).toBe(422);
    expect(reply.body.code).toBe('config-invalid');
  });

  async function tryGates(gates: string) {
    const yaml = `model: churn
stable: churn/1
canary: churn/2
gates: ${gates}
steps: [{ weight: 10 }]
`;
    const response = await fetch(`${server.url}/api/v1/rollouts/try-gates`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ yaml }),
    });
    const text = await response.text();
    expect(response.status, text).toBe(200);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TriedGateBody);
    const last = [...new Map(lines.map((line) => [line.index, line])).values()];
    return { lines, last };
  }
});
