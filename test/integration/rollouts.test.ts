import { cpSync } from 'node:fs';
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

describe('a rollout', { timeout: 150_000 }, () => {
  test('of a good canary goes through its steps by itself and is promoted', async () => {
    const on = (server = await startTestServer());
    const users = (load = new Load(on));
    const id = await start(on, strategy());
    await phaseBecomes(on, id, 'promoted');
    const { body } = await on.get(`/api/v1/rollouts/${id}`);
    expect(body).toMatchObject({ outcome: 'promoted', weight: 100, waits_for: null });
    expect(body.plan.map(({ state }: { state: string }) => state)).toEqual(['done', 'done']);
    const { stable, canary } = (await on.get('/api/v1/models/churn')).body;
    expect([stable.version, canary]).toEqual(['2', null]);
    expect([...(await users.end()).statuses]).toEqual([200]);
    const { events } = (await on.get(`/api/v1/rollouts/${id}/events`)).body;
    const weights = events
      .filter(({ type }: { type: string }) => type === 'weights-applied')
      .map(({ weight }: { weight: number }) => weight);
    expect(weights).toEqual([20, 50]);
    const { points, lines } = (await on.get(`/api/v1/rollouts/${id}/evidence`)).body;
    expect(points.length).toBeGreaterThan(1);
    // Points go on to be taken until the promotion is through.
    expect(points).toContainEqual(expect.objectContaining({ weight: 50, verdict: 'safe' }));
    expect(lines.map(({ check }: { check: string }) => check)).toContain('errors');
  });

  test('of a canary that fails one request in ten is rolled back for its errors', async () => {
    const on = (server = await startTestServer());
    const users = (load = new Load(on));
    const id = await start(on, strategy());
    await phaseBecomes(on, id, 'progressing');
    const failing = await on.put('/admin/faults', { arm: 'canary', error_share: 0.1 });
    expect(failing.status).toBe(200);
    await phaseBecomes(on, id, 'rolled-back');
    const { body } = await on.get(`/api/v1/rollouts/${id}`);
    expect(body.by).toBe('the judge');
    expect(body.sentence).toMatch(/requests fail/);
    const { statuses } = await users.end();
    expect([...statuses]).toEqual([200]);
    expect((await on.get('/api/v1/models/churn')).body.canary).toBeNull();
  });

  test('shows its canary copies of requests first, and keeps what was answered otherwise', async () => {
    const on = (server = await startTestServer());
    const users = (load = new Load(on));
    const steps = '[{ shadow: { requests: 100 } }, { weight: 20, hold: { min: 1m } }]';
    const more = 'onUndecided: rollback';
    const id = await start(on, strategy({ canary: 'churn/3', steps, more }));
    await phaseBecomes(on, id, 'shadowing');
    expect((await on.get('/api/v1/models/churn')).body.weight).toBe(0);
    await phaseBecomes(on, id, 'progressing');
    const { body } = await on.get(`/api/v1/rollouts/${id}`);
    expect(body.shadow.pairs).toBeGreaterThan(99);
    expect(body.shadow.agreeing + body.shadow.disagreeing).toBe(body.shadow.pairs);
    const { disagreements } = (await on.get(`/api/v1/rollouts/${id}/disagreements`)).body;
    expect(disagreements.length > 0).toBe(body.shadow.disagreeing > 0);
    expect([...(await users.end()).statuses]).toEqual([200]);
  });

  test('runs its gates before any traffic: a bad file ends it, with a report that says why', async () => {
    const models = newFolder();
    cpSync(sampleModels, models, { recursive: true });
    // A canary that answers as nobody expects: its golden rows say otherwise.
    cpSync(join(models, 'churn/3/model.onnx'), join(models, 'churn/2/model.onnx'));
    const on = (server = await startTestServer({ modelRoots: [models] }));
    const gates = 'gates: [validate]';
    const id = await start(on, strategy({ more: gates }));
    await phaseBecomes(on, id, 'failed');
    const { body } = await on.get(`/api/v1/rollouts/${id}`);
    expect(body.gates).toMatchObject([{ name: 'validate', state: 'failed' }]);
    const report = await on.get(body.gates[0].report);
    expect(report.body).toMatchObject({ gate: 'validate', passed: false, subject: 'churn/2' });
    const markdown = await on.get(`${body.gates[0].report}?format=markdown`);
    expect(markdown.body).toContain('churn/2');
    expect((await on.get('/api/v1/models/churn')).body.canary).toBeNull();
  });

  test('passes all its gates with a good canary', async () => {
    const on = (server = await startTestServer());
    const more = 'gates: [validate, smoke, loadtest]';
    const id = await start(on, strategy({ steps: '[{ weight: 20, hold: { min: 1m } }]', more }));
    await phaseBecomes(on, id, 'progressing');
    const { gates } = (await on.get(`/api/v1/rollouts/${id}`)).body;
    expect(gates.map(({ state }: { state: string }) => state)).toEqual(Array(3).fill('passed'));
    for (const { report } of gates) expect((await on.get(report)).body.passed).toBe(true);
    // The golden answers are the canary's: stable, which predicts otherwise, is not held to them.
    const load = await on.get(`${gates[2].report}?format=markdown`);
    expect(load.body).not.toContain('loadtest-stable-failed');
  });

  test('whose canary crashes is rolled back at once, and says that it crashed', async () => {
    const on = (server = await startTestServer());
    load = new Load(on);
    const id = await start(on, strategy({ steps: '[{ weight: 20, hold: { min: 1m } }]' }));
    await phaseBecomes(on, id, 'progressing');
    const crashed = await on.put('/admin/faults', { arm: 'canary', crash: true });
    expect(crashed.status).toBe(200);
    await phaseBecomes(on, id, 'rolled-back');
    expect((await on.get(`/api/v1/rollouts/${id}`)).body).toMatchObject({ by: 'fast-fail: crash' });
  });

  test('waits when a person pauses it, goes on, and can be gone back from after promotion', async () => {
    const on = (server = await startTestServer());
    load = new Load(on);
    const id = await start(on, strategy({ steps: '[{ weight: 20, hold: { min: 1m } }]' }));
    await phaseBecomes(on, id, 'progressing');
    const ask = (action: string, body: object = {}) =>
      on.post(`/api/v1/rollouts/${id}/${action}`, { why: 'because', ...body });
    expect((await ask('pause')).body).toMatchObject({ phase: 'paused', weight: 20 });
    expect((await ask('pause')).body).toMatchObject({ code: 'action-not-possible' });
    expect((await ask('resume')).body.phase).toBe('progressing');
    expect((await ask('weight', { weight: 35 })).body).toMatchObject({
      phase: 'paused',
      weight: 35,
    });
    await expect.poll(async () => (await on.get('/api/v1/models/churn')).body.weight).toBe(35);
    expect((await ask('promote')).status).toBe(200);
    await phaseBecomes(on, id, 'promoted');
    expect((await on.get('/api/v1/models/churn')).body.stable.version).toBe('2');
    expect((await ask('rollback')).status).toBe(200);
    await phaseBecomes(on, id, 'rolled-back');
    expect((await on.get('/api/v1/models/churn')).body.stable.version).toBe('1');
    expect([...(await load.end()).statuses]).toEqual([200]);
  });

  test('is moved by the endpoints of R1, too, in every way, and back after its promotion', async () => {
    const on = (server = await startTestServer());
    load = new Load(on);
    const id = await start(
      on,
      strategy({ steps: '[{ weight: 20, hold: { min: 10m, max: 20m } }]' }),
    );
    await phaseBecomes(on, id, 'progressing');
    const rollout = async () => (await on.get(`/api/v1/rollouts/${id}`)).body;
    const churn = async () => (await on.get('/api/v1/models/churn')).body;
    const second = await on.post('/admin/deploy-canary', { model_path: 'churn/3' });
    expect(second.body).toMatchObject({ code: 'rollout-exists' });

    const set = await on.post('/admin/set-weight', { weight: 35, why: 'a closer look' });
    expect(set.body).toMatchObject({ status: 'success', weight: 35 });
    expect(await rollout()).toMatchObject({ phase: 'paused', weight: 35 });
    expect((await churn()).weight).toBe(35);
    const tooMuch = await on.post('/admin/set-weight', { weight: 101 });
    expect(tooMuch.status).toBe(400);

    const back = await on.post('/admin/rollback-canary', { why: 'it looked worse' });
    expect(back.body).toMatchObject({ rolled_back_model: '2', stable_model: '1' });
    expect(await rollout()).toMatchObject({ phase: 'rolled-back', weight: 0 });
    expect((await churn()).canary).toBeNull();

    await on.post(`/api/v1/rollouts/${id}/retry`, { why: 'again' });
    await phaseBecomes(on, id, 'progressing');
    const promoted = await on.post('/admin/promote-canary', { why: 'no time' });
    expect(promoted.body).toMatchObject({ previous_stable_model: '1', new_stable_model: '2' });
    expect(await rollout()).toMatchObject({ phase: 'promoted' });

    // What was tried since, and did not make it, is not in the way.
    expect((await on.post('/admin/deploy-canary', { model_path: 'churn/3' })).status).toBe(200);
    const other = await on.post('/admin/rollback-canary', { why: 'not this one' });
    expect(other.body).toMatchObject({ rolled_back_model: '3', stable_model: '2' });

    const late = await on.post('/admin/rollback-canary', { why: 'support calls' });
    expect(late.body).toMatchObject({
      message: 'Version 2 of churn gets no traffic any more.',
      rolled_back_model: '2',
      stable_model: '1',
    });
    expect(await rollout()).toMatchObject({ phase: 'rolled-back' });
    expect(await churn()).toMatchObject({ stable: { version: '1' }, canary: null });
    const once = await on.post('/admin/rollback-canary');
    expect(once.body).toMatchObject({ code: 'no-canary' });

    const { events } = (await on.get(`/api/v1/rollouts/${id}/events`)).body;
    const asked = events.flatMap(
      ({ type, by, why }: { type: string; by: string | null; why: string }) =>
        by === null ? [] : [`${type}: ${why}`],
    );
    expect(asked).toEqual([
      'submitted: a test',
      'weight-requested: a closer look',
      'roll-back-requested: it looked worse',
      'retry-requested: again',
      'promote-requested: no time',
      'roll-back-requested: support calls',
    ]);
    expect([...(await load.end()).statuses]).toEqual([200]);
  });

  test('without a plan holds its weight, whatever the judge says, until a person decides', async () => {
    const dataFolder = newFolder();
    const first = (server = await startTestServer({ dataFolder }));
    const deployed = await first.post('/admin/deploy-canary', {
      model_path: 'churn/2',
      why: 'better offline',
    });
    expect(deployed).toMatchObject({ status: 200, body: { weight: 10, model_version: '2' } });
    const id = deployed.body.rollout as string;
    const shown = async (on: TestServer) => (await on.get(`/api/v1/rollouts/${id}`)).body;
    expect(await shown(first)).toMatchObject({
      phase: 'progressing',
      weight: 10,
      waits_for: 'a person to promote or roll back',
      time_left: null,
    });
    await first.close();

    const on = (server = await startTestServer({ dataFolder }));
    load = new Load(on);
    expect(await shown(on)).toMatchObject({ phase: 'progressing', weight: 10 });
    await on.post('/admin/set-weight', { weight: 50 });
    await on.post(`/api/v1/rollouts/${id}/resume`);
    await on.put('/admin/faults', { arm: 'canary', error_share: 0.5 });
    await expect
      .poll(() => shown(on), { timeout: 60_000 })
      .toMatchObject({ phase: 'paused', weight: 10, by: expect.stringMatching(/judge|fast-fail/) });
    expect((await shown(on)).sentence).toMatch(/requests fail|times in a row/);
    const refused = await on.post('/admin/deploy-canary', { model_path: 'churn/3' });
    expect(refused.body).toMatchObject({ code: 'rollout-exists' });

    await on.post('/admin/rollback-canary', { why: 'it fails' });
    expect(await shown(on)).toMatchObject({ phase: 'rolled-back', weight: 0 });
    const again = await on.post('/admin/deploy-canary', { model_path: 'churn/2', weight: 25 });
    expect(again).toMatchObject({ status: 200, body: { weight: 25 } });
    await on.post('/admin/promote-canary');
    expect((await on.get('/api/v1/models/churn')).body.stable.version).toBe('2');
    const { rollouts } = (await on.get('/api/v1/rollouts')).body;
    expect(rollouts.map(({ phase }: { phase: string }) => phase)).toEqual([
      'promoted',
      'rolled-back',
    ]);
    expect([...(await load.end()).statuses]).toEqual([200]);
  });

  test('goes on where it was when the server is started again', async () => {
    const dataFolder = newFolder();
    server = await startTestServer({ dataFolder });
    const id = await start(server, strategy({ steps: '[{ weight: 20, hold: { min: 1m } }]' }));
    await phaseBecomes(server, id, 'progressing');
    await server.close();
    const again = (server = await startTestServer({ dataFolder }));
    const { body } = await again.get(`/api/v1/rollouts/${id}`);
    expect(body).toMatchObject({ phase: 'progressing', weight: 20 });
    expect((await again.get('/api/v1/models/churn')).body).toMatchObject({ weight: 20 });
    const users = (load = new Load(again));
    const advanced = await again.post(`/api/v1/rollouts/${id}/promote`);
    expect(advanced.status).toBe(200);
    await phaseBecomes(again, id, 'promoted');
    expect([...(await users.end()).statuses]).toEqual([200]);
  });

  test('is told to those who follow it, and those who come back miss nothing', async () => {
    const on = (server = await startTestServer());
    load = new Load(on);
    const id = await start(on, strategy({ steps: '[{ weight: 20, hold: { min: 1m } }]' }));
    await phaseBecomes(on, id, 'progressing');
    const path = `${on.url}/api/v1/rollouts/${id}/follow`;
    const first = await fetch(path, { headers: { 'last-event-id': '2' } });
    await on.post(`/api/v1/rollouts/${id}/abort`, { why: 'enough' });
    const text = await first.text();
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, sequence]) => Number(sequence));
    expect(ids[0]).toBe(3);
    expect(ids).toEqual(ids.map((_, i) => i + 3));
    expect(text).toMatch(/event: end\n/);
    expect(text).toMatch(/enough/);
  });

  test('keeps no server from being stopped by those who follow it', async () => {
    const on = (server = await startTestServer());
    const id = await start(on, strategy({ steps: '[{ weight: 20, hold: { min: 1m } }]' }));
    const of = ['/api/v1/rollouts/follow', `/api/v1/rollouts/${id}/follow`];
    const followed = await Promise.all(of.map((path) => fetch(on.url + path)));
    await on.close();
    server = undefined;
    for (const answer of followed) expect(await answer.text()).toContain('retry:');
  });

  test('that has ended can be exported, and imported by another server', async () => {
    const on = (server = await startTestServer());
    const id = await start(on, strategy({ steps: '[{ weight: 20, hold: { min: 1m } }]' }));
    const early = await on.get(`/api/v1/rollouts/${id}/export`);
    expect(early.body).toMatchObject({ code: 'action-not-possible' });
    await on.post(`/api/v1/rollouts/${id}/abort`, { why: 'to be exported' });
    await phaseBecomes(on, id, 'aborted');
    const exported = await on.get(`/api/v1/rollouts/${id}/export`);
    expect(exported.status).toBe(200);
    await on.close();
    const other = (server = await startTestServer());
    for (let times = 0; times < 2; times++) {
      const imported = await other.post('/api/v1/rollouts/import', exported.body);
      expect(imported.body).toMatchObject({ id, phase: 'aborted' });
    }
    expect((await other.get('/api/v1/rollouts')).body.rollouts).toHaveLength(1);
    const { body: shown } = await other.get(`/api/v1/rollouts/${id}`);
    expect(shown.actions.filter(({ possible }: { possible: boolean }) => possible)).toEqual([]);
    const retried = await other.post(`/api/v1/rollouts/${id}/retry`);
    expect(retried.body).toMatchObject({ code: 'action-not-possible' });
    const again = await other.get(`/api/v1/rollouts/${id}/export`);
    expect(again.body).toEqual(exported.body);
    const { events } = (await other.get(`/api/v1/rollouts/${id}/events`)).body;
    expect(events[0].sentence).toMatch(/on another server; .* imported it/);
    const [first] = exported.body.events as object[];
    const forged = { ...exported.body, events: [{ ...first, why: 'another' }] };
    expect((await other.post('/api/v1/rollouts/import', forged)).status).toBeGreaterThan(399);
  });

  test('that cannot be is refused before anything is done', async () => {
    const on = (server = await startTestServer());
    const refused = async (yaml: string) => (await on.post('/api/v1/rollouts', { yaml })).body;
    expect(await refused('model: churn')).toMatchObject({ code: 'config-invalid' });
    expect(await refused(strategy({ canary: 'churn/99' }))).toMatchObject({
      code: 'version-not-found',
    });
    expect(await refused(strategy().replace('stable: churn/1', 'stable: churn/3'))).toMatchObject({
      code: 'stable-differs',
    });
    expect(await refused(strategy({ canary: 'digits/1' }))).toMatchObject({
      code: 'model-not-found',
    });
    expect(await refused(strategy({ more: 'traffic: { router: gateway-api }' }))).toMatchObject({
      code: 'config-invalid',
    });
    const check = await on.post('/api/v1/rollouts/check', { yaml: 'model: churn\nsteps: 3' });
    expect(check.body).toMatchObject({ valid: false });
    expect(check.body.problems[0].line).toBeGreaterThan(0);
    expect((await on.get('/api/v1/rollouts/r-none')).body).toMatchObject({
      code: 'rollout-not-found',
    });
    expect((await on.get('/api/v1/rollouts')).body.rollouts).toEqual([]);
  });
});
