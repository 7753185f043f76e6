import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findEngine } from '../../../src/images/engine/find-engine.js';
import { dockerfileOf } from '../../../src/ci/dockerfile.js';
import { freePort } from '../../../src/ci/free-port.js';
import type { CiEngine } from '../../../src/ci/ports.js';
import type { StageReport } from '../../../src/ci/run-stages.js';
import { parseImageName } from '../../../src/images/registry/image-name.js';
import { openRepository } from '../../../src/images/registry/registry.js';
import { writeNodeImage } from '../../containers/node-image.js';
import { PodmanUnderTest } from '../../containers/podman-under-test.js';
import { CuttingProxy } from '../registry/cutting-proxy.js';
import { answer, breakOff, FaultyProxy } from '../registry/faulty-proxy.js';
import { RegistryUnderTest } from '../registry/registry-under-test.js';
import { newFolder } from '../running-server.js';
import { buildAndPush } from './build-and-push.js';

let podman: PodmanUnderTest;
let registry: RegistryUnderTest;
let engine: CiEngine;
beforeAll(async () => {
  podman = new PodmanUnderTest();
  const base = newFolder();
  writeNodeImage(base, { 'app/readme': '' }, ['/usr/bin/node']);
  podman.podman('build', '--tag', 'localhost/node', base);
  registry = await RegistryUnderTest.start();
  engine = await findEngine(podman.env);
}, 180_000);
afterAll(async () => {
  podman.close();
  await registry.vanish();
}, 60_000);

const { signal } = new AbortController();

/** A folder with an app that answers with a word, after it has written it to its log. */
function appThatSays(word: string): string {
  const folder = newFolder();
  const app = `console.log('${word} began');
    process.on('SIGTERM', () => process.exit(0));
    require('node:http')
      .createServer((request, response) => response.end('${word} ' + process.env.NAME))
      .listen(Number(process.env.PORT), '127.0.0.1');`;
  writeFileSync(join(folder, 'app.cjs'), app);
  writeFileSync(
    join(folder, 'Dockerfile'),
    'FROM localhost/node\nCOPY app.cjs /app.cjs\nCMD ["/usr/bin/node", "/app.cjs"]\n',
  );
  return folder;
}

test('what is built is pushed under a digest, runs by it, says what it wrote, and goes away', async () => {
  const image = `${registry.host}/team/says:one`;
  const lines: string[] = [];
  const onLine = (line: string): number => lines.push(line);
  const order = { folder: appThatSays('one'), dockerfile: 'Dockerfile', image, signal, onLine };
  const id = await engine.build(order);
  expect(await engine.has(id)).toBe(true);
  expect(lines.length).toBeGreaterThan(1);
  expect(await engine.build(order)).toBe(id);
  const digest = await engine.push(image, signal);
  const repository = await openRepository(parseImageName(image), { credentials: null });
  expect(await repository.digestOf('one')).toBe(digest);

  const port = await freePort(0);
  const name = `serin-test-${process.pid}`;
  const pinned = `${repository.name}@${digest}`;
  const limits = { memory: 256 * 1024 * 1024, cpus: undefined };
  const run = { name, image: pinned, port, containerPort: port, env: { NAME: 'x' }, ...limits };
  await engine.run(run);
  // Again: what a killed pipeline left is replaced.
  await engine.run(run);
  await expect
    .poll(() => fetch(`http://127.0.0.1:${port}`).then((reply) => reply.text(), String), {
      timeout: 20_000,
    })
    .toBe('one x');
  expect(await engine.isRunning(name)).toBe(true);
  expect(await engine.logs(name, 5)).toEqual(['one began']);
  await engine.remove(name);
  expect(await engine.isRunning(name)).toBe(false);
  await engine.remove(name);
}, 60_000);

test('a container of somebody else is not removed', async () => {
  const name = `other-${process.pid}`;
  podman.podman('create', '--name', name, 'localhost/node');
  await expect(engine.remove(name)).rejects.toMatchObject({ code: 'engine-failed' });
  expect(podman.podman('ps', '--all', '--format', '{{.Names}}')).toContain(name);
});

test('an engine that fails says its last words', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'Dockerfile'), 'FROM localhost/node\nCOPY nothing-of-this-name /\n');
  const image = `${registry.host}/team/fails:one`;
  const order = { folder, dockerfile: 'Dockerfile', image, signal, onLine: () => undefined };
  await expect(engine.build(order)).rejects.toMatchObject({
    code: 'engine-failed',
    words: { found: expect.stringContaining('nothing-of-this-name') as string },
  });
  await expect(engine.push('127.0.0.1:1/nobody/there:x', signal)).rejects.toMatchObject({
    code: 'engine-failed',
  });
});

test('a machine without an engine is told what to install', async () => {
  const nothing = findEngine({ PATH: '/nowhere' });
  await expect(nothing).rejects.toMatchObject({ code: 'engine-missing' });
});

describe('a push in whose middle the registry', () => {
  let proxy: FaultyProxy;
  let image: string;
  beforeAll(async () => {
    proxy = await FaultyProxy.start(registry.host);
    image = `${proxy.host}/team/broken:one`;
    const order = { folder: appThatSays('x'), dockerfile: 'Dockerfile', image, signal };
    await engine.build({ ...order, onLine: () => undefined });
  }, 60_000);
  afterAll(() => proxy.close());

  test.each([
    ['goes away', breakOff],
    ['fails', answer(500)],
    ['wants no more requests', answer(429, { 'retry-after': '1' })],
    ['lets nobody in any more', answer(401, { 'www-authenticate': 'Basic realm="x"' })],
  ])(
    '%s fails with its words; the next push sends only what is missing',
    async (_, fault) => {
      // The layers arrive, and what makes an image of them does not.
      proxy.fault = ({ method, url = '' }) =>
        method === 'PUT' && url.includes('/manifests/') ? fault : undefined;
      await expect(engine.push(image, signal)).rejects.toMatchObject({
        code: 'engine-failed',
        words: { found: expect.stringMatching(/\S/) as string },
      });
      const repository = await openRepository(parseImageName(image), { credentials: null });
      expect(await repository.digestOf('one')).toBeUndefined();
      proxy.fault = () => undefined;
      proxy.asked.length = 0;
      const digest = await engine.push(image, signal);
      expect(await repository.digestOf('one')).toBe(digest);
      expect(proxy.asked.filter((asked) => /^(POST|PATCH)/.test(asked))).toEqual([]);
      await repository.remove(digest);
    },
    120_000,
  );
});

test('an upload that is cut off in the middle tags nothing, and is done by the same command again', async () => {
  const proxy = await CuttingProxy.start(registry.host);
  try {
    const folder = appThatSays('cut');
    // No layer that is there already, and more than what is cut off after.
    writeFileSync(join(folder, 'model.onnx'), randomBytes(4 * 1024 * 1024));
    appendFileSync(join(folder, 'Dockerfile'), 'COPY model.onnx /\n');
    const name = `${proxy.host}/team/cut`;
    const image = { ...parseImageName(name), tag: 'one' };
    const repository = await openRepository(image, { credentials: null });
    const pipeline = (): Promise<readonly StageReport[]> =>
      buildAndPush({ folder, image, engine, repository });

    proxy.cutAfterBytes = 1024 * 1024;
    const [built, cut] = await pipeline();
    expect(built?.status).toBe('passed');
    expect(cut).toMatchObject({ status: 'failed', error: { code: 'engine-failed' } });
    expect(cut?.error?.words.found).toMatch(/: Error: .*\b(reset|broken pipe|EOF|closed)/);
    expect(proxy.cutIn[0]).toMatch(/^(PATCH|PUT) \/v2\/team\/cut\/blobs\/uploads\//);
    expect(await repository.digestOf('one')).toBeUndefined();
    expect(await repository.tags()).toEqual([]);

    proxy.cutAfterBytes = undefined;
    const again = await pipeline();
    expect(again.map(({ status }) => status)).toEqual(['done', 'passed']);
    expect(again[1]?.detail).toContain(`${name}:one is ${await repository.digestOf('one')}`);
  } finally {
    await proxy.close();
  }
}, 180_000);

test('a folder with models and no Dockerfile is built by the one that Serin has', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'models'));
  writeFileSync(join(folder, 'models', 'model.onnx'), 'weights');
  const image = { ...parseImageName(`${registry.host}/team/own`), tag: 'one' };
  const repository = await openRepository(image, { credentials: null });
  const dockerfile = dockerfileOf(folder, undefined);
  const buildArgs = ['SERIN_IMAGE=localhost/node'];
  const order = { folder, dockerfile, buildArgs, image, engine, repository };
  const reports = await buildAndPush(order);
  expect(reports.map(({ status, detail }) => `${status} ${detail}`)).toEqual([
    expect.stringMatching(/^passed /),
    expect.stringContaining(`one is ${await repository.digestOf('one')}`),
  ]);
}, 60_000);
