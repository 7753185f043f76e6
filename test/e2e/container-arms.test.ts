import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContainerEngine } from '../../src/images/engine/engine.js';
import { findEngine } from '../../src/images/engine/find-engine.js';
import { writeNodeImage } from '../containers/node-image.js';
import { canRunPodman, PodmanUnderTest } from '../containers/podman-under-test.js';
import { RegistryUnderTest } from '../integration/registry/registry-under-test.js';
import { newFolder, sampleModels } from '../integration/running-server.js';
import { ServingProcess } from './serin-process.js';

const patient = { timeout: 120_000, interval: 50 };
/** Containers are built, pushed and started several times. */
const long = { timeout: 280_000 };
const features = [0.5, 1.2, 0.8, 0.3, 1.1];

/** Takes what the sample model takes; eats memory when it is told to. */
const app = (version: number) => `const http = require('node:http');
const eaten = [];
http.createServer((request, response) => {
  if (request.url === '/eat') setInterval(() => eaten.push(Buffer.alloc(32 * 1024 * 1024, 1)), 10);
  else response.setHeader('content-type', 'application/json')
    .end(JSON.stringify({ prediction: 0.5, app: ${version} }));
}).listen(process.env.PORT, '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));`;

if (canRunPodman()) containerArms();
else test.skip('podman is not installed');

function containerArms(): void {
  const build = mkdtempSync(join(tmpdir(), 'serin-image-'));
  let podman: PodmanUnderTest;
  let engine: ContainerEngine;
  let registry: RegistryUnderTest;
  let image: string;
  let folder: string;
  let serving: ServingProcess | undefined;

  beforeAll(async () => {
    podman = new PodmanUnderTest();
    engine = await findEngine(podman.env);
    registry = await RegistryUnderTest.start();
    image = `${registry.host}/team/churn:2`;
    await push(2);
    folder = newFolder();
  }, long.timeout);

  afterAll(async () => {
    await serving?.end();
    podman.close();
    await registry.vanish();
    for (const one of [build, folder]) rmSync(one, { recursive: true, force: true });
  }, long.timeout);

  /** Builds an app and pushes it under the tag that the rollout names. */
  async function push(version: number): Promise<void> {
    const { signal } = new AbortController();
    writeNodeImage(build, { 'app.js': app(version) }, ['/usr/bin/node', '/app.js']);
    const order = { folder: build, dockerfile: 'Dockerfile', image, signal };
    await engine.build({ ...order, onLine: () => undefined });
    await engine.push(image, signal);
  }

  async function serve(): Promise<ServingProcess> {
    const args = ['--models', sampleModels, '--data', folder, '--log-level', 'silent'];
    serving = await ServingProcess.start([...args, '--allow-commands'], podman.env);
    return serving;
  }

  test(
    'an image is run by the digest that it had at the start, outlives a killed server, and ends with the next',
    long,
    async () => {
      const first = await serve();
      const yaml = `model: churn
stable: churn/1
canary: { image: ${image}, memory: 192MiB, cpus: 1 }
steps: [{ weight: 50 }]
hold: { min: 30m, max: 1h }
checks: { latency: off, errors: { tolerance: 20% }, predictions: off }
fastFail: { consecutiveErrors: 1000 }
`;
      expect(await ask(first, '/api/v1/rollouts', { yaml })).toMatchObject({ phase: 'preparing' });
      await expect
        .poll(() => ask(first, '/predict', { features }), patient)
        .toMatchObject({ app: 2 });
      const { pid } = (await canaryOf(first)) ?? { pid: 0 };
      expect(pid).toBeGreaterThan(1);

      await first.end('SIGKILL');
      // Somebody moves the tag meanwhile: what is rolled out stays what it was.
      await push(3);
      const second = await serve();
      expect(await canaryOf(second)).toMatchObject({ state: 'ready', pid });
      await expect
        .poll(() => ask(second, '/predict', { features }), patient)
        .toMatchObject({ app: 2 });

      await second.end('SIGTERM');
      expect(podman.podman('ps', '--all', '--format', '{{.Names}}')).toBe('');

      const third = await serve();
      await expect
        .poll(() => ask(third, '/predict', { features }), patient)
        .toMatchObject({ app: 2 });
    },
  );

  test(
    'a canary that takes more memory than it may is rolled back, with that reason, and removed',
    long,
    async () => {
      const server = serving ?? (await serve());
      const { rollouts } = (await ask(server, '/api/v1/rollouts')) as {
        rollouts: { id: string }[];
      };
      const path = `/api/v1/rollouts/${rollouts[0]?.id}`;
      const port = /PORT=(\d+)/.exec(podman.podman('inspect', podman.podman('ps', '--quiet')))?.[1];
      // It is killed before it answers.
      void fetch(`http://127.0.0.1:${port}/eat`).catch(() => undefined);
      await expect.poll(() => ask(server, path), patient).toMatchObject({ phase: 'rolled-back' });
      expect(JSON.stringify(await ask(server, path))).toMatch(
        /process crashed: it was killed .*for want of memory at its limit, 192 MiB/,
      );
      await expect
        .poll(() => podman.podman('ps', '--all', '--format', '{{.Names}}'), patient)
        .toBe('');
    },
  );
}

async function ask(server: ServingProcess, path: string, body?: unknown): Promise<unknown> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const sent = body === undefined ? {} : { ...post, body: JSON.stringify(body) };
  return (await fetch(server.url + path, sent)).json();
}

interface CanaryProcess {
  readonly state: string;
  readonly pid: number;
}

/** What is shown of the canary's process. */
async function canaryOf(server: ServingProcess): Promise<CanaryProcess | undefined> {
  const { models } = (await ask(server, '/api/v1/models')) as {
    models: { name: string; canary: { process: CanaryProcess } | null }[];
  };
  return models.find(({ name }) => name === 'churn')?.canary?.process;
}
