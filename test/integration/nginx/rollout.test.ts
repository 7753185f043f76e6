import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { newFolder, startTestServer, type TestServer } from '../running-server.js';
import { ArmServer, freePort } from './arm-servers.js';
import { Load } from './load.js';
import { behindNginx, phaseBecomes, start } from './nginx-rollout.js';
import { canRunNginx } from './nginx-under-test.js';

const example = new URL('../../../examples/nginx/', import.meta.url);
const after: (() => unknown)[] = [];

afterEach(async () => {
  for (const undo of after.splice(0).toReversed()) await undo();
});

async function server(wishes: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> {
  const on = await startTestServer(wishes);
  after.push(() => on.close());
  return on;
}

async function arms(): Promise<{ stable: ArmServer; canary: ArmServer; port: number }> {
  const [stable, canary] = [await ArmServer.start('stable'), await ArmServer.start('canary')];
  after.push(
    () => stable.close(),
    () => canary.close(),
  );
  return { stable, canary, port: await freePort() };
}

function loadOn(port: number): Load {
  const load = new Load(`http://127.0.0.1:${port}`, 8);
  after.push(() => load.stop());
  return load;
}

describe.runIf(canRunNginx())('a rollout behind NGINX', { timeout: 150_000 }, () => {
  test('of a good canary shifts its users step by step, and no request fails', async () => {
    const { stable, canary, port } = await arms();
    const on = await server();
    const yaml = behindNginx({ stable: stable.url, canary: canary.url, port });
    const id = await start(on, yaml);
    const load = loadOn(port);
    await phaseBecomes(on, id, 'promoted');
    await load.more(200);
    expect((await load.stop()).failures).toEqual([]);
    const { events } = (await on.get(`/api/v1/rollouts/${id}/events`)).body;
    const weights = events
      .filter(({ type }: { type: string }) => type === 'weights-applied')
      .map(({ weight }: { weight: number }) => weight);
    expect(weights).toEqual([20, 50]);
    // The canary is stable now, and the only one that is asked.
    const before = stable.requests;
    const users = loadOn(port);
    await users.more(200);
    await users.stop();
    expect(stable.requests).toBe(before);
  });

  test('of processes that Serin starts goes to 100%, as the example says', async () => {
    const port = await freePort();
    const on = await server({
      allowCommands: true,
      modelRoots: [newFolder()],
      firstStable: new Map([['another', 'http://127.0.0.1:9']]),
    });
    const written = readFileSync(new URL('serin.yaml', example), 'utf8');
    const yaml = written
      .replace('port: 7011', `port: ${await freePort()}`)
      .replace('port: 7012', `port: ${await freePort()}`)
      .replace('listen: 8088', `listen: ${port}`)
      .replace('min: 5s', 'min: 1s')
      .replace('latency: { tolerance: 50% }', 'latency: off');
    const id = await start(on, yaml);
    const load = loadOn(port);
    await phaseBecomes(on, id, 'promoted');
    await load.more(200);
    expect((await load.stop()).failures).toEqual([]);
    const asked = { method: 'POST', body: '{"features":[0]}' };
    const answer = async () => (await fetch(`http://127.0.0.1:${port}/predict`, asked)).json();
    expect(await answer()).toEqual({ prediction: 0.5, version: '2' });
    // The next version with the same ports: what is stable now has the canary's.
    const next = yaml
      .replace("server.js, '2'", "server.js, '3'")
      .replace("server.js, '1'", "server.js, '2'")
      .replace(/^steps: .*$/m, 'steps: [{ weight: 50 }]');
    const second = await start(on, next);
    const users = loadOn(port);
    await phaseBecomes(on, second, 'promoted');
    await users.more(100);
    expect((await users.stop()).failures).toEqual([]);
    expect(await answer()).toEqual({ prediction: 0.5, version: '3' });
  });

  test('ends what the canary is at before its process is stopped', async () => {
    const folder = newFolder();
    const [held, go] = [join(folder, 'held'), join(folder, 'go')];
    // It answers /hold once it is told to, and is gone at once when it is asked to end.
    const program = `const { existsSync, writeFileSync } = require('node:fs');
require('node:http').createServer((request, response) => {
  const answer = () => response.end(process.env.NAME);
  if (request.url !== '/hold') return answer();
  writeFileSync(${JSON.stringify(held)}, '');
  const looking = setInterval(() => {
    if (!existsSync(${JSON.stringify(go)})) return;
    clearInterval(looking);
    answer();
  }, 10);
}).listen(process.env.PORT, '127.0.0.1');
process.on('SIGTERM', () => process.exit());`;
    const arm = (name: string) => ({
      process: [process.execPath, '-e', program],
      env: { NAME: name },
    });
    const [stable, canary] = [arm('stable'), arm('canary')];
    const port = await freePort();
    const on = await server({
      allowCommands: true,
      modelRoots: [newFolder()],
      firstStable: new Map([['another', 'http://127.0.0.1:9']]),
    });
    const strategy = {
      ...{ model: 'score', stable, canary },
      traffic: { router: 'nginx', nginx: { listen: port } },
      steps: [{ weight: 100, hold: { min: '30m', max: '1h' } }],
      checks: { latency: 'off', errors: { tolerance: '20%' } },
    };
    const id = await start(on, JSON.stringify(strategy));
    const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    await expect.poll(() => ask('/').catch(() => ''), { timeout: 60_000 }).toBe('canary');
    const answer = ask('/hold');
    await expect.poll(() => existsSync(held)).toBe(true);
    await on.post(`/api/v1/rollouts/${id}/rollback`, { why: 'a test' });
    await phaseBecomes(on, id, 'rolled-back');
    for (let times = 0; times < 20; times += 1) expect(await ask('/')).toBe('stable');
    writeFileSync(go, '');
    expect(await answer).toBe('canary');
  });

  test('of a canary that reports errors of itself is rolled back; one that reports nothing waits', async () => {
    const { stable, canary, port } = await arms();
    let reported: object = {};
    const health = (of: ArmServer, rate: () => object) => {
      of.handler = ({ url }, response) =>
        response.end(url === '/health' ? JSON.stringify(rate()) : of.name);
    };
    health(stable, () => ({ error_rate: 1 }));
    health(canary, () => reported);
    const on = await server();
    const more = 'sources: { health: { above: 5% } }';
    const steps = '[{ weight: 50, hold: { min: 1m } }]';
    const yaml = behindNginx({ stable: stable.url, canary: canary.url, port, steps, more });
    const id = await start(on, yaml);
    const rollout = async () => (await on.get(`/api/v1/rollouts/${id}`)).body;
    const said = async () => (await rollout()).verdict?.sentence ?? '';
    await expect.poll(said, { timeout: 60_000 }).toContain('no error_rate of the canary');
    expect((await rollout()).verdict.verdict).toBe('unmeasurable');
    reported = { error_rate: 12 };
    await phaseBecomes(on, id, 'rolled-back');
    expect((await rollout()).sentence).toContain('error_rate of the canary is 12%');
  });

  test('of a canary that fails is rolled back by what NGINX logged, and no user meets it', async () => {
    const { stable, canary, port } = await arms();
    const on = await server();
    const steps = '[{ weight: 50 }]';
    const id = await start(
      on,
      behindNginx({ stable: stable.url, canary: canary.url, port, steps }),
    );
    const load = loadOn(port);
    await phaseBecomes(on, id, 'progressing');
    const front = async () => (await on.get('/api/v1/models/score')).body.front;
    await expect.poll(async () => (await front()).weight_in_force, { timeout: 30_000 }).toBe(50);
    expect(await front()).toMatchObject({
      ...{ mode: 'lua', problem: null, listen: [`http://127.0.0.1:${port}`] },
    });
    let asked = 0;
    canary.handler = (_, response) => {
      asked += 1;
      response.statusCode = asked % 10 === 0 ? 500 : 200;
      response.end('canary');
    };
    await phaseBecomes(on, id, 'rolled-back');
    expect((await on.get(`/api/v1/rollouts/${id}`)).body).toMatchObject({ by: 'the judge' });
    const before = canary.requests;
    await load.more(500);
    expect(canary.requests).toBe(before);
    expect((await load.stop()).failures).toEqual([]);
  });
});
