import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { phaseBecomes, start, strategy } from './rollout-steps.js';
import { newFolder, sampleModels, startTestServer, type TestServer } from './running-server.js';

let server: TestServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

type Told = { particulars: object; at: string; type: string; by: string; why: string };

const timeout = 120_000;
const steps = '[{ weight: 20, hold: { min: 10m, max: 20m } }]';

test('a server stops though somebody follows its rollouts', { timeout }, async () => {
  const on = (server = await startTestServer());
  const id = await start(on, strategy({ steps }));
  await phaseBecomes(on, id, 'progressing');
  const followed = await Promise.all(
    [`/api/v1/rollouts/${id}/follow`, '/api/v1/rollouts/follow'].map((path) =>
      fetch(on.url + path),
    ),
  );
  await on.close();
  server = undefined;
  const texts = await Promise.all(followed.map((response) => response.text()));
  expect(texts[0]).toContain('event: rollout\n');
});

test(
  'one who knows events that there never were is told what happens from now on',
  { timeout },
  async () => {
    const on = (server = await startTestServer());
    const id = await start(on, strategy({ steps }));
    await phaseBecomes(on, id, 'progressing');
    const headers = { 'last-event-id': '100000' };
    const followed = await fetch(`${on.url}/api/v1/rollouts/${id}/follow`, { headers });
    await on.post(`/api/v1/rollouts/${id}/abort`, { why: 'seen by everybody' });
    expect(await followed.text()).toContain('seen by everybody');
  },
);

test(
  'going back after a promotion needs the version that is kept loaded, not its file',
  { timeout },
  async () => {
    const models = newFolder();
    cpSync(sampleModels, models, { recursive: true });
    const on = (server = await startTestServer({ modelRoots: [models] }));
    const id = await start(on, strategy({ steps }));
    await phaseBecomes(on, id, 'progressing');
    await on.post(`/api/v1/rollouts/${id}/promote`);
    await phaseBecomes(on, id, 'promoted');
    rmSync(join(models, 'churn/1'), { recursive: true });
    expect((await on.post(`/api/v1/rollouts/${id}/rollback`)).status).toBe(200);
    await phaseBecomes(on, id, 'rolled-back');
    expect((await on.get('/api/v1/models/churn')).body.stable.version).toBe('1');
  },
);

test(
  'a rollout whose canary another one made stable meanwhile fails when it is tried again, and nothing else happens',
  { timeout },
  async () => {
    const on = (server = await startTestServer());
    const id = await start(on, strategy({ steps }));
    await phaseBecomes(on, id, 'progressing');
    await on.post(`/api/v1/rollouts/${id}/abort`);
    await phaseBecomes(on, id, 'aborted');
    const other = await start(on, strategy({ steps }));
    await phaseBecomes(on, other, 'progressing');
    await on.post(`/api/v1/rollouts/${other}/promote`);
    await phaseBecomes(on, other, 'promoted');
    expect((await on.post(`/api/v1/rollouts/${id}/retry`)).status).toBe(200);
    await phaseBecomes(on, id, 'failed');
    const { sentence } = (await on.get(`/api/v1/rollouts/${id}`)).body;
    expect(sentence).toMatch(/could not be loaded: .*stable/);
    expect((await on.get('/api/v1/models/churn')).body).toMatchObject({
      stable: { version: '2' },
      canary: null,
    });
    expect((await on.get(`/api/v1/rollouts/${other}`)).body.phase).toBe('promoted');
  },
);

test(
  'a log that somebody made up is refused, or can be looked at, but breaks nothing',
  { timeout },
  async () => {
    const on = (server = await startTestServer());
    const id = await start(on, strategy({ steps }));
    await phaseBecomes(on, id, 'progressing');
    const { events } = (await on.get(`/api/v1/rollouts/${id}/events`)).body;
    const { strategy: real } = (await on.get(`/api/v1/rollouts/${id}`)).body;
    const submitted = { v: 1, type: 'submitted', atMs: 1e12, by: 'x', why: 'x', strategy: real };
    const aborted = { v: 1, type: 'abort-requested', atMs: 1e12, by: 'x', why: 'x' };
    const forged = [
      { ...submitted, strategy: { v: 1, model: 'churn', steps: [] } },
      { ...submitted, strategy: { ...real, steps: [{ kind: 'weight' }] } },
      { ...submitted, strategy: { ...real, canary: {} } },
      { ...submitted, strategy: { ...real, notify: 7 } },
      { ...submitted, atMs: 1e300 },
    ];
    for (const [i, first] of forged.entries()) {
      const document = {
        serin: 'rollout',
        version: 1,
        id: `forged-${i}`,
        events: [first, aborted],
      };
      const imported = await on.post('/api/v1/rollouts/import', document);
      expect(imported, JSON.stringify(imported.body)).toMatchObject({
        status: 400,
        body: { code: 'invalid-request' },
      });
    }
    // The log of the rollout that goes on here, with another end.
    const known = events.map(({ particulars, at, type, by, why }: Told) =>
      type === 'submitted'
        ? { v: 1, type, atMs: Date.parse(at), strategy: real, by, why }
        : particulars,
    );
    const stolen = {
      serin: 'rollout',
      version: 1,
      id,
      events: [...known, { ...aborted, atMs: 9e12 }],
    };
    expect((await on.post('/api/v1/rollouts/import', stolen)).status).toBeGreaterThan(399);
    expect((await on.get(`/api/v1/rollouts/${id}`)).body.phase).toBe('progressing');
    const { rollouts } = (await on.get('/api/v1/rollouts')).body;
    expect(rollouts.map((one: { id: string }) => one.id)).toEqual([id]);
  },
);

test(
  'what an action does not understand is refused, and nothing is done',
  { timeout },
  async () => {
    const on = (server = await startTestServer());
    const id = await start(on, strategy({ steps }));
    await phaseBecomes(on, id, 'progressing');
    const refused = [
      ['weight', {}, 'weight-out-of-range'],
      ['weight', { weight: 101 }, 'invalid-request'],
      ['advance', { from_step: -1 }, 'invalid-request'],
      ['pause', { wy: 'because' }, 'invalid-request'],
      ['pause', [1], 'invalid-request'],
      ['promote', '{', 'invalid-json'],
    ] as const;
    for (const [action, body, code] of refused) {
      const reply = await on.post(`/api/v1/rollouts/${id}/${action}`, body);
      expect(reply, `${action} ${JSON.stringify(body)}`).toMatchObject({
        status: 400,
        body: { code },
      });
      expect((await on.get(`/api/v1/rollouts/${id}`)).body).toMatchObject({
        phase: 'progressing',
        weight: 20,
      });
    }
  },
);

test('questions that are no numbers do not roll a good canary back', { timeout }, async () => {
  const on = (server = await startTestServer());
  const id = await start(on, strategy({ steps: '[{ weight: 50, hold: { min: 10m, max: 20m } }]' }));
  await phaseBecomes(on, id, 'progressing');
  const input = { name: 'features', shape: [1, 5], datatype: 'FP32' };
  const head = JSON.stringify({ inputs: [{ ...input, parameters: { binary_data_size: 20 } }] });
  const body = Buffer.concat([
    Buffer.from(head),
    Buffer.from(new Float32Array(5).fill(NaN).buffer),
  ]);
  const headers = { 'inference-header-content-length': String(head.length) };
  for (let i = 0; i < 40; i++) {
    const reply = await on.post('/v2/models/churn/infer', body, headers);
    expect(reply.body).toMatchObject({ code: 'output-not-finite' });
  }
  expect((await on.get(`/api/v1/rollouts/${id}`)).body.phase).toBe('progressing');
});
