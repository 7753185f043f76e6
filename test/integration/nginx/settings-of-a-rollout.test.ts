import { createServer } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { toShare, toPercent } from '../../../src/domain/share.js';
import { armOfHash, stickyHash } from '../../../src/traffic/assign.js';
import { startTestServer, type TestServer } from '../running-server.js';
import { ArmServer, freePort } from './arm-servers.js';
import { makeCertificate } from './certificate.js';
import { ForeignNginx } from './foreign-nginx.js';
import { Load } from './load.js';
import { phaseBecomes, start } from './nginx-rollout.js';
import { canRunNginx } from './nginx-under-test.js';

const after: (() => unknown)[] = [];

afterEach(async () => {
  for (const undo of after.splice(0).toReversed()) await undo();
});

async function arms(): Promise<{ stable: ArmServer; canary: ArmServer; port: number }> {
  const [stable, canary] = [await ArmServer.start('stable'), await ArmServer.start('canary')];
  after.push(
    () => stable.close(),
    () => canary.close(),
  );
  return { stable, canary, port: await freePort() };
}

async function server(
  allowCommands: boolean,
): Promise<{ on: TestServer; close: () => Promise<void> }> {
  const on = await startTestServer({ allowCommands });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= on.close());
  after.push(close);
  return { on, close };
}

/** What a Prometheus would say of each arm; nothing for one that it does not know. */
async function prometheusOf(values: Record<string, number>): Promise<string> {
  const asked = createServer(({ url = '' }, response) => {
    const arm = decodeURIComponent(url).includes('canary') ? 'canary' : 'stable';
    const value = values[arm];
    const result = value === undefined ? [] : [{ metric: {}, value: [0, String(value)] }];
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  });
  await new Promise<void>((resolve) => asked.listen(0, '127.0.0.1', resolve));
  after.push(() => asked.close());
  return `http://127.0.0.1:${(asked.address() as AddressInfo).port}`;
}

async function askOverHttp2(port: number): Promise<string> {
  const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  const stream = session.request({ ':path': '/' });
  let body = '';
  stream.on('data', (chunk: Buffer) => (body += chunk.toString()));
  await new Promise((resolve) => stream.on('end', resolve));
  session.close();
  return body;
}

const frontOf = async (on: TestServer) => (await on.get('/api/v1/models/score')).body.front;

describe.runIf(canRunNginx())('what a rollout file says of NGINX is done', () => {
  test('with sticky users, TLS, a chosen arm, shadows, feedback and Prometheus', async () => {
    const { stable, canary, port } = await arms();
    const [tls, values] = [await freePort(), { stable: 0 } as Record<string, number>];
    const { certificate, key } = await makeCertificate();
    const { on } = await server(false);
    const id = await start(
      on,
      `model: score
stable: ${stable.url}
canary: ${canary.url}
traffic:
  router: nginx
  sticky: { header: x-user-id }
  nginx:
    listen: [${port}, { address: 127.0.0.1:${tls}, certificate: ${certificate}, key: ${key} }]
    workers: 1
    forceArmHeader: serin-force-arm
    maxBody: 1KiB
steps: [{ shadow: { requests: 20 } }, { weight: 50, hold: { min: 5m, max: 10m } }]
hold: { min: 1s, max: 2m, requests: 20 }
coolDown: 0s
checks:
  { latency: off, errors: { tolerance: 1% }, feedback: { measure: score, tolerance: 0.2 } }
sources:
  prometheus: { url: "${await prometheusOf(values)}", stable: s, canary: canary, above: 0.5 }
`,
    );
    // Prometheus does not know the canary: nothing goes on before it does.
    const found = async () => JSON.stringify((await frontOf(on))?.findings ?? []);
    await expect.poll(found, { timeout: 60_000 }).toContain('0 samples instead of one for canary');
    values['canary'] = 0;
    const copying = new Load(`http://127.0.0.1:${port}`, 2);
    after.push(() => copying.stop());
    await expect
      .poll(async () => (await frontOf(on)).weight_in_force, { timeout: 90_000 })
      .toBe(50);
    expect((await copying.stop()).failures).toEqual([]);

    const ask = (headers: Record<string, string>, body = '{"features":[1]}') =>
      fetch(`http://127.0.0.1:${port}/predict`, { method: 'POST', headers, body });
    const feedback: { request_id: string | null; score: number }[] = [];
    const half = toShare(toPercent(50));
    for (let user = 0; user < 120; user += 1) {
      const { headers } = await ask({ 'x-user-id': `user-${user}` });
      const arm = armOfHash(stickyHash(`user-${user}`, 'score'), half);
      expect(headers.get('serin-arm')).toBe(arm);
      feedback.push({ request_id: headers.get('x-request-id'), score: user % 2 });
    }
    expect((await ask({ 'serin-force-arm': 'canary' })).headers.get('serin-arm')).toBe('canary');
    expect((await ask({ 'serin-force-arm': 'stable' })).headers.get('serin-arm')).toBe('stable');
    expect((await ask({}, 'x'.repeat(1025))).status).toBe(413);
    expect(await askOverHttp2(tls)).toMatch(/^(stable|canary)$/);

    // What users thought of the answers reaches the judge, by the ids that NGINX gave them.
    const send = async () => (await on.post('/api/v1/feedback', { feedback })).body.outcomes;
    const isUnknown = ({ outcome }: { outcome: string }) => outcome === 'unknown';
    await expect.poll(async () => (await send()).some(isUnknown), { timeout: 30_000 }).toBe(false);
    const judged = async () => (await on.get('/api/v1/models/score/verdict')).body.evidence;
    const samples = async () =>
      (await judged()).find(({ check }: { check: string }) => check === 'feedback')?.samples;
    await expect
      .poll(async () => (await samples())?.canary, { timeout: 30_000 })
      .toBeGreaterThan(0);
    const checks = (await judged()).map(({ check }: { check: string }) => check);
    expect(checks).not.toContain('predictions');
    expect((await frontOf(on)).not_measured).toContain('predictions');

    values['canary'] = 0.9;
    await phaseBecomes(on, id, 'rolled-back');
    expect((await on.get(`/api/v1/rollouts/${id}`)).body.sentence).toContain('is 0.9');

    // Off NGINX again: it says how, and that is so.
    const inProcess = { yaml: `model: score\nstable: ${stable.url}\ncanary: ${canary.url}\n` };
    const refused = await on.post('/api/v1/rollouts', inProcess);
    expect(refused.body).toMatchObject({ code: 'strategy-not-possible' });
    expect(refused.body.error).toContain('/v2/repository/models/score/unload');
    await on.post('/v2/repository/models/score/unload', {});
    await expect(fetch(`http://127.0.0.1:${port}/predict`)).rejects.toThrow();
    await on.post('/v2/repository/models/score/load', {});
    expect(await frontOf(on)).toBeNull();
    expect((await on.post('/api/v1/rollouts', inProcess)).status).toBe(201);
  }, 240_000);

  test("in somebody else's NGINX without Lua, and what that one refuses is told and tried again", async () => {
    const { stable, canary, port } = await arms();
    const foreign = await ForeignNginx.start({ lua: false });
    after.push(() => foreign.stop());
    const { includeFile, testCommand, reloadCommand } = foreign.existing;
    const yaml = `model: score
stable: ${stable.url}
canary: ${canary.url}
traffic:
  router: nginx
  nginx:
    listen: ${port}
    existing:
      includeFile: ${includeFile}
      testCommand: ${testCommand}
      reloadCommand: ${reloadCommand}
steps: [{ pause: look }, { weight: 50, hold: { min: 5m, max: 10m } }]
`;
    const { on: strict } = await server(false);
    const refused = await strict.post('/api/v1/rollouts', { yaml, why: 'a test' });
    expect(refused.body.error?.code ?? refused.body.code).toBe('commands-not-allowed');

    const { on, close } = await server(true);
    const id = await start(on, yaml);
    await phaseBecomes(on, id, 'paused');
    expect(await frontOf(on)).toMatchObject({ mode: 'plain', weight_in_force: 0, problem: null });
    foreign.write('this is {{{ no configuration');
    await on.post(`/api/v1/rollouts/${id}/resume`, { why: 'it looks good' });
    const problem = async () => JSON.stringify(await frontOf(on));
    await expect.poll(problem, { timeout: 60_000 }).toContain('main.conf');
    expect(await (await fetch(`http://127.0.0.1:${port}/predict`)).text()).toBe('stable');
    foreign.write(foreign.configuration(false));
    await expect
      .poll(async () => (await frontOf(on)).weight_in_force, { timeout: 90_000 })
      .toBe(50);
    await on.post(`/api/v1/rollouts/${id}/abort`, { why: 'enough' });
    await expect.poll(async () => (await frontOf(on)).weight_in_force, { timeout: 60_000 }).toBe(0);
    // Serin stops nothing that it did not start. Workers from before the reload, which still have the
    // old weight, may take a request or two before they go (docs/guide/nginx.md).
    await close();
    const answer = async () => (await fetch(`http://127.0.0.1:${port}/predict`)).text();
    await expect.poll(answer, { timeout: 60_000 }).toBe('stable');
  }, 240_000);
});
