import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContainerEngine, RunOrder } from '../../src/images/engine/engine.js';
import { writeNodeImage } from '../containers/node-image.js';
import { RegistryUnderTest } from '../integration/registry/registry-under-test.js';

export interface EngineInTest {
  readonly engine: ContainerEngine;
  /** Starts a container as a person would, without Serin. */
  readonly runByHand: (name: string, image: string) => void;
  readonly close: () => void;
}

const app = `const http = require('node:http');
console.log('begins in ' + process.env.REGION);
const eaten = [];
http.createServer((request, response) => {
  if (request.url === '/eat') setInterval(() => eaten.push(Buffer.alloc(32 * 1024 * 1024, 1)), 10);
  else response.end(process.env.REGION);
}).listen(process.env.PORT, '127.0.0.1');
process.on('SIGTERM', () => { console.log('ends by itself'); process.exit(0); });`;

const patient = { timeout: 60_000, interval: 50 };
/** An image of 100 MB is built, and removed. */
const hookMs = 180_000;
const never = new AbortController().signal;

/** What every container engine does, whichever it is. */
export function engineConformance(name: string, start: () => EngineInTest): void {
  describe(name, { timeout: 180_000 }, () => {
    let inTest: EngineInTest;
    let engine: ContainerEngine;
    let registry: RegistryUnderTest;
    let image: string;
    let id: string;
    const folder = mkdtempSync(join(tmpdir(), 'serin-image-'));
    const lines: string[] = [];

    beforeAll(async () => {
      inTest = start();
      ({ engine } = inTest);
      registry = await RegistryUnderTest.start();
      image = `${registry.host}/team/churn:1`;
      writeNodeImage(folder, { 'app.js': app }, ['/usr/bin/node', '/app.js']);
      const onLine = (line: string) => void lines.push(line);
      const order = { folder, dockerfile: 'Dockerfile', image, signal: never, onLine };
      id = await engine.build({ ...order, labels: { 'org.example.model': 'churn' } });
    }, hookMs);

    afterAll(async () => {
      inTest.close();
      await registry.vanish();
      rmSync(folder, { recursive: true, force: true });
    }, hookMs);

    async function run(wishes: Partial<RunOrder> = {}): Promise<RunOrder> {
      const port = await freePort();
      const env = { REGION: 'north west' };
      const order = { name: `serin-${port}`, image: id, port, containerPort: port, env };
      const whole = { ...order, memory: undefined, cpus: undefined, ...wishes };
      await engine.run(whole);
      return whole;
    }

    const answerOf = async ({ port }: RunOrder, path = '/'): Promise<string> =>
      (await fetch(`http://127.0.0.1:${port}${path}`)).text();

    test('an image is built of a folder, line by line, and is there by its name and its id', async () => {
      expect(lines.join('\n')).toContain('COPY app /');
      expect(await engine.idOf(image)).toBe(id);
      expect(await engine.has(id)).toBe(true);
      expect(await engine.has(`${registry.host}/team/other:1`)).toBe(false);
    });

    test('a build that fails says why', async () => {
      const order = { folder, dockerfile: 'Nofile', image, signal: never, onLine: () => undefined };
      await expect(engine.build(order)).rejects.toMatchObject({
        code: 'engine-failed',
        message: expect.stringContaining('Nofile') as string,
      });
    });

    test('a pushed image is pulled again by the digest that its registry has it under', async () => {
      const digest = await engine.push(image, never);
      const { headers } = await fetch(`http://${registry.host}/v2/team/churn/manifests/1`, {
        headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
      });
      expect(headers.get('docker-content-digest')).toBe(digest);
      const pinned = `${registry.host}/team/churn@${digest}`;
      await engine.pull(pinned, never);
      expect(await engine.has(pinned)).toBe(true);
      const order = await run({ image: pinned });
      await expect.poll(() => answerOf(order).catch(() => ''), patient).toBe('north west');
      await engine.remove(order.name);
    });

    test('an image that no registry has is an error with the last words of the engine', async () => {
      await expect(engine.pull(`${registry.host}/team/none:1`, never)).rejects.toMatchObject({
        code: 'engine-failed',
        message: expect.stringContaining('manifest unknown') as string,
      });
    });

    test('a container answers at its port with its environment, writes a log, and ends by itself', async () => {
      const order = await run();
      await expect.poll(() => answerOf(order).catch(() => ''), patient).toBe('north west');
      expect(await engine.look(order.name)).toMatchObject({ isRunning: true, exitCode: undefined });
      await expect
        .poll(() => engine.logs(order.name, 5), patient)
        .toEqual(['begins in north west']);
      await engine.stop(order.name, 30_000);
      expect(await engine.look(order.name)).toMatchObject({ isRunning: false, exitCode: 0 });
      await expect.poll(() => engine.logs(order.name, 1), patient).toEqual(['ends by itself']);
      await engine.remove(order.name);
      expect(await engine.look(order.name)).toBeUndefined();
      await engine.remove(order.name);
    });

    test('a second container of a name takes the place of the first', async () => {
      const first = await run();
      const second = await run({ name: first.name, env: { REGION: 'south' } });
      await expect.poll(() => answerOf(second).catch(() => ''), patient).toBe('south');
      await engine.remove(first.name);
      expect(await engine.isRunning(first.name)).toBe(false);
    });

    test('one that takes more memory than it may is ended', async () => {
      const order = await run({ memory: 96 * 1024 * 1024, cpus: 1 });
      await expect.poll(() => answerOf(order).catch(() => ''), patient).toBe('north west');
      // Its answer is never sent.
      void answerOf(order, '/eat').catch(() => undefined);
      await expect.poll(() => engine.isRunning(order.name), patient).toBe(false);
      expect(await engine.look(order.name)).toMatchObject({ exitCode: 137 });
      await engine.remove(order.name);
    });

    test('containers are found by who started them', async () => {
      const { name } = await run({ owner: 'one' });
      expect(await engine.containersOf('one')).toEqual([name]);
      expect(await engine.containersOf('another')).toEqual([]);
      await engine.kill(name);
      await expect.poll(() => engine.isRunning(name), patient).toBe(false);
      expect(await engine.look(name)).toMatchObject({ exitCode: 137 });
      expect(await engine.containersOf('one')).toEqual([name]);
      await engine.remove(name);
    });

    test('a container that somebody else started is not touched', async () => {
      const name = 'by-hand';
      inTest.runByHand(name, id);
      for (const touch of [
        () => engine.remove(name),
        () => engine.stop(name, 1_000),
        () => engine.kill(name),
        () => run({ name }),
      ]) {
        await expect(touch()).rejects.toMatchObject({
          code: 'engine-failed',
          message: expect.stringContaining('without its label') as string,
        });
      }
      expect(await engine.isRunning(name)).toBe(true);
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
