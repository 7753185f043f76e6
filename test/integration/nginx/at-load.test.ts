import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { toVersionName } from '../../../src/domain/ids.js';
import { toPercent } from '../../../src/domain/share.js';
import { freePort } from './arm-servers.js';
import { startCanary } from './canary-process.js';
import { Load } from './load.js';
import { canRunNginx, model, NginxUnderTest } from './nginx-under-test.js';
import { watchLog, type WatchedLog } from './watched-log.js';

let under: NginxUnderTest | undefined;
let watched: WatchedLog | undefined;
let load: Load | undefined;
let child: ChildProcess | undefined;

afterEach(async () => {
  await load?.stop();
  await watched?.source.close();
  await under?.close();
  child?.kill('SIGKILL');
  load = watched = under = child = undefined;
});

describe.runIf(canRunNginx())('at load', () => {
  test('many changes of the weight fail no request, and each is in force at once', async () => {
    const on = (under = await NginxUnderTest.start({ mode: 'lua' }));
    load = new Load(on.url, 8);
    for (let change = 0; change < 100; change += 1) {
      const weight = [100, 0, 37.5][change % 3]!;
      await on.router.setWeight(model, toPercent(weight));
      expect(await on.router.weightInForce(model)).toBe(weight);
      if (weight === 37.5) continue;
      const arms = await on.askMany(6);
      expect(arms).toEqual(Array(6).fill(weight === 100 ? 'canary' : 'stable'));
    }
    const report = await load.stop();
    expect(report.failures).toEqual([]);
    expect(report.requests).toBeGreaterThan(100);
  });

  test('a canary that is killed again and again costs no user an answer, and is charged for it', async () => {
    const port = await freePort();
    child = await startCanary(port);
    const url = `http://127.0.0.1:${port}`;
    const on = (under = await NginxUnderTest.start({
      canary: { url, version: toVersionName('2') },
    }));
    watched = await watchLog(on);
    await on.router.setWeight(model, toPercent(50));
    load = new Load(on.url, 8);
    for (let kill = 0; kill < 5; kill += 1) {
      await load.more(100);
      child.kill('SIGKILL');
      await load.more(100);
      child = await startCanary(port);
    }
    await load.more(100);
    const report = await load.stop();
    expect(report.failures).toEqual([]);
    const { canary, stable } = await watched.all(report.requests);
    expect(canary.filter(({ outcome }) => outcome === 'error').length).toBeGreaterThan(50);
    expect(canary.filter(({ outcome }) => outcome === 'ok').length).toBeGreaterThan(50);
    expect(stable.every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(watched.source.counts()).toMatchObject({ lost: 0, requests: report.requests });
  });

  test('other servers behind the arms fail no request of kept connections', async () => {
    const on = (under = await NginxUnderTest.start({ mode: 'lua' }));
    const { stable, canary, ...route } = on.settings.routes[0]!;
    load = new Load(on.url, 8);
    for (let change = 0; change < 3; change += 1) {
      await on.router.setRoute({ ...route, stable: canary! });
      expect(await on.askMany(4)).toEqual(Array(4).fill('canary'));
      await on.router.setRoute({ ...route, stable, canary: canary! });
      expect(await on.router.weightInForce(model)).toBe(0);
      expect(await on.askMany(4)).toEqual(Array(4).fill('stable'));
    }
    expect((await load.stop()).failures).toEqual([]);
  });

  test.each(['lua', 'plain'] as const)(
    'every request is observed, also while the log is replaced (%s)',
    async (mode) => {
      const on = (under = await NginxUnderTest.start({ mode }));
      let failed = 0;
      on.canary.handler = (_, response) => {
        const fails = on.canary.requests % 12 === 0;
        if (fails) failed += 1;
        response.writeHead(fails ? 500 : 200).end();
      };
      await on.router.setWeight(model, toPercent(30));
      watched = await watchLog(on, { rotateBytes: 50_000 });
      const scans = 3;
      // Whoever scans ports sends what is no HTTP request: it is logged, and is no missing line.
      for (let scan = 0; scan < scans; scan += 1) await sendNoHttp(on.port);
      load = new Load(on.url, 8);
      await load.more(3_000);
      const report = await load.stop();
      expect(report.failures).toEqual([]);
      const { canary, stable } = await watched.all(report.requests + scans);
      expect(canary.length + stable.length).toBe(report.requests);
      expect(canary.length).toBe(on.canary.requests);
      expect(canary.filter(({ outcome }) => outcome === 'error')).toHaveLength(failed);
      const expected = 0.3 * report.requests;
      const tolerated = 4 * Math.sqrt(0.7 * expected);
      expect(Math.abs(canary.length - expected)).toBeLessThan(tolerated);
      const [newest] = watched.findings.slice(-1);
      expect(newest?.verdict).toBe('undecided');
      expect(watched.source.counts()).toMatchObject({ lost: 0, unreadable: 0, retried: failed });
    },
  );
});

async function sendNoHttp(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.end('\x16\x03\x01\x02\r\n\r\n');
  socket.resume();
  await once(socket, 'close');
}
