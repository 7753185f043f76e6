import { execSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { toPercent } from '../../../src/domain/share.js';
import { findOwnProcesses } from '../../../src/traffic/nginx/own-processes.js';
import { ForeignNginx } from './foreign-nginx.js';
import { canRunNginx, model, newFolder, NginxUnderTest } from './nginx-under-test.js';
import { watchLog } from './watched-log.js';

const at = (weight: number) => toPercent(weight);
const after: (() => unknown)[] = [];

afterEach(async () => {
  for (const undo of after.splice(0).toReversed()) await undo();
});

async function started(
  wishes: Parameters<typeof NginxUnderTest.start>[0],
): Promise<NginxUnderTest> {
  const under = await NginxUnderTest.start(wishes);
  after.push(() => under.close());
  return under;
}

async function startForeign(lua: boolean): Promise<ForeignNginx> {
  const foreign = await ForeignNginx.start({ lua });
  after.push(() => foreign.stop());
  return foreign;
}

const modes = ['lua', 'plain'] as const;

describe.runIf(canRunNginx())("somebody else's NGINX", () => {
  test.each(modes)('is given a weight, and goes on when Serin stops (%s)', async (mode) => {
    const foreign = await startForeign(mode === 'lua');
    const on = await started({ mode, settings: { existing: foreign.existing } });
    await on.router.setWeight(model, at(100));
    expect(await on.askMany(4)).toEqual(Array(4).fill('canary'));
    await on.nginx.close();
    expect((await on.ask()).body).toBe('canary');
    expect(await findOwnProcesses(on.settings.folder)).toEqual([]);
  });

  test.each(modes)('includes the files of several models (%s)', async (mode) => {
    const foreign = await startForeign(mode === 'lua');
    const include = (name: string) => join(foreign.folder, 'conf.d', name);
    const including = (name: string) => ({ ...foreign.existing, includeFile: include(name) });
    const one = await started({ mode, settings: { existing: including('one.conf') } });
    const other = await started({ mode, settings: { existing: including('other.conf') } });
    await one.router.setWeight(model, at(100));
    expect(await one.askMany(4)).toEqual(Array(4).fill('canary'));
    expect(await other.askMany(4)).toEqual(Array(4).fill('stable'));
    expect(await other.router.weightInForce(model)).toBe(0);
  });

  test('whose configuration is broken by hand refuses, and traffic goes on', async () => {
    const foreign = await startForeign(false);
    const settings = { existing: foreign.existing };
    const on = await started({ mode: 'plain', settings });
    await on.router.setWeight(model, at(100));
    const before = readFileSync(foreign.existing.includeFile, 'utf8');
    foreign.write(`${foreign.configuration(false)}nonsense on;\n`);
    await expect(on.router.setWeight(model, at(0))).rejects.toMatchObject({
      code: 'nginx-refused',
      message: expect.stringContaining('unknown directive "nonsense"') as string,
    });
    expect(readFileSync(foreign.existing.includeFile, 'utf8')).toBe(before);
    expect(await on.router.weightInForce(model)).toBe(100);
    expect(await on.askMany(4)).toEqual(Array(4).fill('canary'));
    foreign.write(foreign.configuration(false));
    await on.router.setWeight(model, at(0));
    expect(await on.askMany(4)).toEqual(Array(4).fill('stable'));
  });

  test('that has no Lua cannot be taken for one that has', async () => {
    const foreign = await startForeign(false);
    const settings = { existing: foreign.existing };
    await expect(started({ mode: 'lua', settings })).rejects.toMatchObject({
      code: 'nginx-refused',
      message: expect.stringContaining('lua_shared_dict') as string,
    });
    expect(existsSync(foreign.existing.includeFile)).toBe(false);
  });

  test('that cannot be reloaded keeps what it has', async () => {
    const foreign = await startForeign(false);
    const on = await started({
      mode: 'plain',
      settings: { existing: { ...foreign.existing, reloadCommand: 'exit 3' }, deadlineMs: 500 },
    }).catch((thrown: unknown) => thrown);
    expect(on).toMatchObject({ code: 'nginx-reload-failed' });
    expect(existsSync(foreign.existing.includeFile)).toBe(false);
  });

  test('without Lua, whose disk is full, is unmeasurable, and goes on serving', async () => {
    const foreign = await startForeign(false);
    const folder = await newFolder();
    const log = join(folder, 'observations.log');
    const on = await started({ mode: 'plain', settings: { existing: foreign.existing, folder } });
    const { source, findings } = await watchLog(on, { lineWithinMs: 2_000 });
    after.push(() => source.close());
    await on.askMany(40);
    const found = () => findings.at(-1);
    await expect.poll(found, { timeout: 20_000 }).toMatchObject({
      verdict: 'undecided',
      sentence: expect.stringMatching(/^40 requests observed, 0 of [1-9]\d* lines/) as string,
    });
    rmSync(log);
    symlinkSync('/dev/full', log);
    execSync(foreign.existing.reopenCommand ?? '');
    await expect.poll(() => found()?.verdict, { timeout: 25_000 }).toBe('unmeasurable');
    expect(found()?.sentence).toContain('lines that Serin had NGINX write');
    expect(await on.askMany(4)).toEqual(Array(4).fill('stable'));
  }, 90_000);

  test('is no concern of an NGINX of our own', async () => {
    const foreign = await startForeign(false);
    const on = await started({});
    await on.nginx.close();
    expect(() => process.kill(foreign.pid, 0)).not.toThrow();
  });
});
