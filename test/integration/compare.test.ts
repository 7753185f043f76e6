import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './running-server.js';

describe('two versions of a model, before any traffic', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ firstStable: new Map([['churn', 'churn/1']]) });
  });
  afterAll(() => server.close());

  test('are asked the same rows, and differ where they do', async () => {
    const other = await differences('3', { against: '1' });
    expect(other.status).toBe(200);
    const { body } = other;
    expect(body).toMatchObject({ stable: '1', canary: '3', failed: { stable: 0, canary: 0 } });
    expect(body.rows.golden).toBeGreaterThan(0);
    expect(body.compared).toBe(body.rows.golden + body.rows.recorded + body.rows.made_up);
    expect(body.agreeing).toBeLessThan(body.compared);
    const changed = body.changes.reduce((sum: number, { rows }: { rows: number }) => sum + rows, 0);
    expect(changed).toBe(body.compared - body.agreeing);
    const [first] = body.furthest;
    expect(first.stable.label).not.toBe(first.canary.label);
    expect(Object.keys(first.input)).toEqual(['features']);
  });

  test('that are the same file do not differ at all', async () => {
    const { body } = await differences('1', { against: '1' });
    expect(body.agreeing).toBe(body.compared);
    expect(body.distance).toMatchObject({ largest: 0, exactly_equal: body.compared });
    expect(body.furthest).toEqual([]);
  });

  test('are compared with what is stable where nothing else is named', async () => {
    expect((await differences('2')).body).toMatchObject({ stable: '1', canary: '2' });
  });

  test('have the reports of the gates of their rollouts beside them', async () => {
    const path = '/api/v1/models/churn/versions/2/reports';
    expect((await server.get(path)).body).toEqual({ reports: [] });
    const yaml = `model: churn
stable: churn/1
canary: churn/2
gates: [smoke]
steps: [{ weight: 10 }]
`;
    const { body: started } = await server.post('/api/v1/rollouts', { yaml });
    await expect
      .poll(async () => (await server.get(path)).body.reports, { timeout: 60_000 })
      .toMatchObject([
        {
          rollout: started.id,
          other_file: false,
          report: { gate: 'smoke', passed: true, subject: 'churn/2' },
        },
      ]);
    expect((await server.get('/api/v1/models/churn/versions/3/reports')).body.reports).toEqual([]);
    await server.post(`/api/v1/rollouts/${started.id}/abort`);
  });

  test('must be there', async () => {
    expect((await differences('9')).status).toBe(404);
  });

  function differences(version: string, body?: unknown) {
    return server.post(`/api/v1/models/churn/versions/${version}/differences`, body);
  }
});
