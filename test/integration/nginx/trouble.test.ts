import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { toPercent } from '../../../src/domain/share.js';
import { findOwnProcesses } from '../../../src/traffic/nginx/own-processes.js';
import { ArmServer } from './arm-servers.js';
import { Load } from './load.js';
import { canRunNginx, model, newFolder, NginxUnderTest } from './nginx-under-test.js';
import { startSerinThatDies } from './serin-that-dies.js';
import { watchLog } from './watched-log.js';

const at = (weight: number) => toPercent(weight);
const after: (() => unknown)[] = [];

afterEach(async () => {
  for (const undo of after.splice(0).toReversed()) await undo();
});

async function started(
  wishes: Parameters<typeof NginxUnderTest.start>[0] = {},
): Promise<NginxUnderTest> {
  const under = await NginxUnderTest.start(wishes);
  after.push(() => under.close());
  return under;
}

async function masterOf(under: NginxUnderTest): Promise<number> {
  const found = await findOwnProcesses(under.settings.folder);
  return found.find(({ isMaster }) => isMaster)!.pid;
}

const modes = ['lua', 'plain'] as const;

describe.runIf(canRunNginx())('an NGINX of our own', () => {
  test.each(modes)(
    'that was killed is there again, with the weight that it had (%s)',
    async (mode) => {
      const on = await started({ mode });
      await on.router.setWeight(model, at(100));
      for (const { pid } of await findOwnProcesses(on.settings.folder))
        process.kill(pid, 'SIGKILL');
      await expect.poll(() => on.warnings, { timeout: 10_000 }).toContain('NGINX serves again');
      expect(await on.askMany(4)).toEqual(Array(4).fill('canary'));
      expect(await on.router.weightInForce(model)).toBe(100);
      await on.router.setWeight(model, at(0));
      expect(await on.askMany(4)).toEqual(Array(4).fill('stable'));
    },
  );

  test('whose master was killed loses no worker to the next one', async () => {
    const on = await started();
    await on.router.setWeight(model, at(100));
    process.kill(await masterOf(on), 'SIGKILL');
    await expect.poll(() => on.warnings, { timeout: 10_000 }).toContain('NGINX serves again');
    expect(await on.askMany(4)).toEqual(Array(4).fill('canary'));
    await expect
      .poll(() => findOwnProcesses(on.settings.folder), { timeout: 10_000 })
      .toHaveLength(3);
  });

  test.each(modes)('does not care what was done to its file by hand (%s)', async (mode) => {
    const on = await started({ mode });
    const file = join(on.settings.folder, 'nginx.conf');
    writeFileSync(file, 'this is {{{ no configuration');
    expect((await on.ask()).status).toBe(200);
    await on.router.setWeight(model, at(100));
    expect(await on.askMany(4)).toEqual(Array(4).fill('canary'));
    expect(readFileSync(file, 'utf8')).toContain('Written by Serin');
  });

  test('whose port is taken says so, and leaves nothing behind', async () => {
    const other = await ArmServer.start('somebody else');
    after.push(() => other.close());
    const folder = await newFolder();
    const listen = [{ host: '127.0.0.1', port: other.port }];
    await expect(started({ listen, settings: { folder } })).rejects.toMatchObject({
      code: 'address-in-use',
      message: expect.stringContaining(`127.0.0.1:${other.port}`) as string,
    });
    expect(await findOwnProcesses(folder)).toEqual([]);
    expect(await (await fetch(other.url)).text()).toBe('somebody else');
  });

  test('on a full disk keeps its weight, and says why it cannot have another', async () => {
    const on = await started({ mode: 'plain' });
    await on.router.setWeight(model, at(100));
    symlinkSync('/dev/full', join(on.settings.folder, 'nginx.conf.new'));
    symlinkSync('/dev/full', join(on.settings.folder, 'tried.conf.new'));
    await expect(on.router.setWeight(model, at(0))).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('ENOSPC') as string,
    });
    expect(await on.router.weightInForce(model)).toBe(100);
    expect(await on.askMany(4)).toEqual(Array(4).fill('canary'));
  });

  test('that is killed while the disk is full is there again all the same', async () => {
    const on = await started({ mode: 'lua' });
    await on.router.setWeight(model, at(100));
    symlinkSync('/dev/full', join(on.settings.folder, 'nginx.conf.new'));
    for (const { pid } of await findOwnProcesses(on.settings.folder)) process.kill(pid, 'SIGKILL');
    await expect.poll(() => on.warnings, { timeout: 20_000 }).toContain('NGINX serves again');
    expect(await on.askMany(4)).toEqual(Array(4).fill('canary'));
  });

  test('on a full disk takes users off a canary all the same, where it has Lua', async () => {
    const on = await started({ mode: 'lua' });
    await on.router.setWeight(model, at(50));
    await on.router.startShadow(model, at(100));
    const full = join(on.settings.folder, 'nginx.conf.new');
    symlinkSync('/dev/full', full);
    const refused = {
      code: 'store-failed',
      message: expect.stringContaining('ENOSPC') as string,
    };
    await expect(on.router.setWeight(model, at(100))).rejects.toMatchObject(refused);
    expect(await on.router.weightInForce(model)).toBe(50);
    // Said to be on no disk, and in force.
    await expect(on.router.setWeight(model, at(0))).rejects.toMatchObject(refused);
    expect(await on.router.weightInForce(model)).toBe(0);
    await expect(on.router.stopShadow(model)).rejects.toMatchObject(refused);
    const before = on.canary.requests;
    expect(await on.askMany(40)).toEqual(Array(40).fill('stable'));
    expect(on.canary.requests).toBe(before);
    // An NGINX that dies meanwhile has what was in force, and not what is in its file.
    rmSync(full);
    process.kill(await masterOf(on), 'SIGKILL');
    await expect.poll(() => on.warnings, { timeout: 20_000 }).toContain('NGINX serves again');
    expect(await on.router.weightInForce(model)).toBe(0);
  });

  test('whose log has no space any more is unmeasurable, and goes on serving', async () => {
    const folder = await newFolder();
    symlinkSync('/dev/full', join(folder, 'observations.log'));
    const on = await started({ settings: { folder } });
    const { source, findings } = await watchLog(on);
    after.push(() => source.close());
    expect(await on.askMany(40)).toHaveLength(40);
    await expect.poll(() => source.counts()['lost'], { timeout: 5_000 }).toBe(40);
    await expect.poll(() => findings.at(-1)?.verdict).toBe('unmeasurable');
    expect(source.counts()).toMatchObject({ requests: 0 });
  });

  test('ends with the Serin that started it', async () => {
    const on = await started();
    await on.nginx.close();
    expect(await findOwnProcesses(on.settings.folder)).toEqual([]);
    await expect(on.ask()).rejects.toThrow(/ECONNREFUSED/);
  });

  test('outlives a Serin that was killed, serving, and is taken over by the next without a failure', async () => {
    const on = await started();
    await on.nginx.close();
    let serin: ChildProcess = await startSerinThatDies(on.settings, 100);
    after.push(() => serin.kill('SIGKILL'));
    const load = new Load(on.url, 4);
    after.push(() => load.stop());
    await load.more(50);
    const master = await masterOf(on);
    serin.kill('SIGKILL');
    await once(serin, 'exit');
    await load.more(50);
    serin = await startSerinThatDies(on.settings, 100);
    serin.kill('SIGKILL');
    await on.open();
    expect(await masterOf(on)).toBe(master);
    expect(await on.router.weightInForce(model)).toBe(100);
    expect((await load.stop()).failures).toEqual([]);
  });
});

test('a program that is no NGINX, or none at all, is named', async () => {
  for (const binary of ['/nonexistent/nginx', process.execPath]) {
    await expect(started({ settings: { binary } })).rejects.toMatchObject({
      code: 'nginx-missing',
      message: expect.stringContaining(binary) as string,
    });
  }
});
