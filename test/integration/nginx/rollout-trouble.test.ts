import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { nginxFolderOf } from '../../../src/assemble/nginx-folder.js';
import { toModelName } from '../../../src/domain/ids.js';
import { findOwnProcesses } from '../../../src/traffic/nginx/own-processes.js';
import { newFolder, startTestServer, type TestServer } from '../running-server.js';
import { ArmServer, freePort } from './arm-servers.js';
import { startCanary } from './canary-process.js';
import { KillableSerin } from './killable-serin.js';
import { Load } from './load.js';
import { behindNginx, phaseBecomes, start } from './nginx-rollout.js';
import { canRunNginx } from './nginx-under-test.js';

const after: (() => unknown)[] = [];

afterEach(async () => {
  for (const undo of after.splice(0).toReversed()) await undo();
});

interface Scene {
  readonly stable: ArmServer;
  readonly canary: ArmServer;
  readonly port: number;
  readonly data: string;
  readonly models: string;
}

async function scene(): Promise<Scene> {
  const [stable, canary] = [await ArmServer.start('stable'), await ArmServer.start('canary')];
  after.push(
    () => stable.close(),
    () => canary.close(),
  );
  return { stable, canary, port: await freePort(), data: newFolder(), models: newFolder() };
}

async function serverOf({
  data,
  models,
  stable,
}: Scene): Promise<{ on: TestServer; close: () => Promise<void> }> {
  const on = await startTestServer({
    dataFolder: data,
    modelRoots: [models],
    firstStable: new Map([['score', stable.url]]),
  });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await on.close();
    isOpen = false;
  };
  after.push(close);
  return { on, close };
}

function yamlOf({ stable, canary, port }: Scene, more: { steps?: string } = {}): string {
  return behindNginx({ stable: stable.url, canary: canary.url, port, ...more });
}

function loadOn(port: number): Load {
  const load = new Load(`http://127.0.0.1:${port}`, 8);
  after.push(() => load.stop());
  return load;
}

const folderOf = (data: string) => nginxFolderOf(data, undefined, toModelName('score'));
const frontOf = async (on: TestServer) => (await on.get('/api/v1/models/score')).body.front;

describe.runIf(canRunNginx())('a rollout behind NGINX', { timeout: 150_000 }, () => {
  test('whose canary is killed is rolled back, and no user notices', async () => {
    const on = await scene();
    const { on: server } = await serverOf(on);
    const canaryPort = await freePort();
    const canary = await startCanary(canaryPort);
    after.push(() => canary.kill('SIGKILL'));
    const arms = { stable: on.stable.url, canary: `http://127.0.0.1:${canaryPort}` };
    const steps = '[{ weight: 50, hold: { min: 1m } }]';
    const yamlAt = (port: number): string =>
      behindNginx({ ...arms, port, steps }).replace('coolDown: 0s', 'coolDown: 1h');
    const id = await start(server, yamlAt(on.port));
    const load = loadOn(on.port);
    await phaseBecomes(server, id, 'progressing');
    await load.more(200);
    canary.kill('SIGKILL');
    await phaseBecomes(server, id, 'rolled-back');
    expect((await server.get(`/api/v1/rollouts/${id}`)).body.by).toMatch(/failures/);
    await load.more(200);
    expect(await frontOf(server)).toMatchObject({ weight_in_force: 0, problem: null });

    // What is refused has changed nothing: the NGINX listens where it did, and nowhere else.
    const elsewhere = await freePort();
    const again = await server.post('/api/v1/rollouts', { yaml: yamlAt(elsewhere) });
    expect(again.body).toMatchObject({ code: 'rollout-cooling-down' });
    await load.more(200);
    expect((await load.stop()).failures).toEqual([]);
    await expect(fetch(`http://127.0.0.1:${elsewhere}/`)).rejects.toThrow('fetch failed');
  });

  test('goes on when NGINX was killed and its configuration made invalid by hand', async () => {
    const on = await scene();
    const { on: server } = await serverOf(on);
    const id = await start(server, yamlOf(on));
    const load = loadOn(on.port);
    await phaseBecomes(server, id, 'progressing');
    writeFileSync(join(folderOf(on.data), 'nginx.conf'), 'this is {{{ no configuration');
    for (const { pid } of await findOwnProcesses(folderOf(on.data))) process.kill(pid, 'SIGKILL');
    const failed = load.report.failures;
    await phaseBecomes(server, id, 'promoted');
    // Those that it was at, and those that came before it was there again; then none any more.
    const lost = failed.length;
    await load.more(200);
    expect((await load.stop()).failures).toHaveLength(lost);
    expect(await frontOf(server)).toMatchObject({ problem: null });
  });

  test('keeps its weight on a full disk, says why, and goes on when there is space', async () => {
    const on = await scene();
    const { on: server } = await serverOf(on);
    const steps = '[{ weight: 20 }, { pause: a full disk }, { weight: 50 }]';
    const id = await start(server, yamlOf(on, { steps }));
    const full = join(folderOf(on.data), 'nginx.conf.new');
    const load = loadOn(on.port);
    await phaseBecomes(server, id, 'paused');
    symlinkSync('/dev/full', full);
    await server.post(`/api/v1/rollouts/${id}/resume`, {});
    await expect
      .poll(async () => (await frontOf(server)).problem, { timeout: 60_000 })
      .toContain('ENOSPC');
    expect((await frontOf(server)).weight_in_force).toBe(20);
    rmSync(full);
    await phaseBecomes(server, id, 'promoted');
    expect((await load.stop()).failures).toEqual([]);
    expect(await frontOf(server)).toMatchObject({ problem: null });
  });

  test('whose canary dies while the disk is full is rolled back all the same', async () => {
    const on = await scene();
    const { on: server } = await serverOf(on);
    const id = await start(server, yamlOf(on, { steps: '[{ weight: 50, hold: { min: 1m } }]' }));
    const load = loadOn(on.port);
    await phaseBecomes(server, id, 'progressing');
    await load.more(200);
    const full = ['nginx.conf.new', 'tried.conf.new'].map((name) => join(folderOf(on.data), name));
    for (const file of full) symlinkSync('/dev/full', file);
    await on.canary.close();
    await phaseBecomes(server, id, 'rolled-back');
    expect((await frontOf(server)).weight_in_force).toBe(0);
    await expect
      .poll(async () => (await frontOf(server)).problem, { timeout: 60_000 })
      .toContain('ENOSPC');
    await load.more(200);
    for (const file of full) rmSync(file, { force: true });
    await expect.poll(async () => (await frontOf(server)).problem, { timeout: 60_000 }).toBeNull();
    expect((await load.stop()).failures).toEqual([]);
  });

  test('is refused where its port is taken; one that is taken at a restart is waited for', async () => {
    const on = await scene();
    const { on: server, close } = await serverOf(on);
    const squatter = await ArmServer.start('somebody else', on.port);
    const yaml = yamlOf(on);
    const refused = await server.post('/api/v1/rollouts', { yaml });
    expect(refused.body).toMatchObject({ code: 'address-in-use' });
    expect((await server.get('/api/v1/models/score')).body).toMatchObject({ front: null });
    await squatter.close();
    const id = await start(server, yaml);
    await server.post(`/api/v1/rollouts/${id}/abort`, {});
    await phaseBecomes(server, id, 'aborted');
    await close();
    const again = await ArmServer.start('somebody else', on.port);
    const { on: next } = await serverOf(on);
    expect((await frontOf(next)).problem).toContain(String(on.port));
    await again.close();
    await expect.poll(async () => (await frontOf(next)).problem, { timeout: 30_000 }).toBeNull();
    const answer = await fetch(`http://127.0.0.1:${on.port}/predict`, { method: 'POST' });
    expect(await answer.text()).toBe('stable');
  });

  test('goes on when Serin itself is killed, and no request fails', async () => {
    const { stable, canary, port } = await scene();
    const serin = new KillableSerin(stable.url);
    after.push(() => serin.kill('SIGTERM'));
    await serin.start();
    const yaml = behindNginx({ stable: stable.url, canary: canary.url, port });
    const { id } = await serin.post<{ id: string }>('/api/v1/rollouts', { yaml });
    const load = loadOn(port);
    const phase = async () => (await serin.get<{ phase: string }>(`/api/v1/rollouts/${id}`)).phase;
    await expect.poll(phase, { timeout: 60_000 }).toBe('progressing');
    await serin.kill();
    await load.more(200);
    await serin.start();
    await expect.poll(phase, { timeout: 110_000 }).toBe('promoted');
    await load.more(200);
    expect((await load.stop()).failures).toEqual([]);
    await serin.kill('SIGTERM');
    // What Serin started ends with it.
    expect(await findOwnProcesses(folderOf(serin.dataFolder))).toEqual([]);
  });
});
