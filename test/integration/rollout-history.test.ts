import { afterAll, beforeAll, expect, test } from 'vitest';
import { finishedRollouts } from '../e2e/finished-rollouts.js';
import { startTestServer, type TestServer } from './running-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  for (const rollout of finishedRollouts(250)) {
    const { status, body } = await server.post('/api/v1/rollouts/import', rollout);
    expect(status, JSON.stringify(body)).toBe(201);
  }
}, 180_000);
afterAll(() => server.close());

interface Listed {
  readonly id: string;
  readonly outcome: string;
}

/** Every page, one after the other. */
async function pages(query: string): Promise<Listed[][]> {
  const read: Listed[][] = [];
  for (let before = ''; ;) {
    const { status, body } = await server.get(`/api/v1/rollouts?${query}${before}`);
    expect(status, JSON.stringify(body)).toBe(200);
    read.push(body.rollouts as Listed[]);
    if (body.older === null) return read;
    before = `&before=${body.older as string}`;
  }
}

test('250 rollouts are told page by page, each once, the newest first', async () => {
  const read = await pages('limit=100');
  expect(read.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(read.flat().map(({ id }) => id)).toEqual(
    Array.from({ length: 250 }, (_, i) => `old-${249 - i}`),
  );
});

test('those that are over say who started them, and who or what ended them', async () => {
  const [{ body }, aborted] = await Promise.all([
    server.get('/api/v1/rollouts?outcome=promoted&limit=1'),
    server.get('/api/v1/rollouts?outcome=aborted&limit=1'),
  ]);
  expect(body.rollouts[0]).toMatchObject({ started_by: expect.any(String), by: 'the judge' });
  expect(aborted.body.rollouts[0].by).toEqual(expect.any(String));
});

test.each(['promoted', 'rolled-back', 'failed', 'aborted'])(
  'those that are %s are found, and no others',
  async (outcome) => {
    const found = (await pages(`limit=40&outcome=${outcome}`)).flat();
    const all = (await pages('limit=1000')).flat().filter((one) => one.outcome === outcome);
    expect(found).toEqual(all);
    expect(found.length).toBeGreaterThan(50);
  },
);

test('of a model that has none, and among those that go on, there are none', async () => {
  expect(await pages('model=nobody&limit=10')).toEqual([[]]);
  expect(await pages('outcome=going-on&limit=10')).toEqual([[]]);
});

test('a page before a rollout that there is not is refused in words', async () => {
  const reply = await server.get('/api/v1/rollouts?before=r-none');
  expect(reply).toMatchObject({ status: 404, body: { code: 'rollout-not-found' } });
});
