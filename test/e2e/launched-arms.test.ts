import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOf } from '../../src/serving/launched/process-start.js';
import { newFolder, sampleModels } from '../integration/running-server.js';
import { ServingProcess } from './serin-process.js';

const patient = { timeout: 120_000, interval: 50 };

/** Takes what the sample model takes, and says which process it is. */
const app = `const http = require('node:http');
http.createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ prediction: 0.5, pid: process.pid }));
}).listen(process.env.PORT, '127.0.0.1');`;

const yaml = `model: churn
stable: churn/1
canary:
  process: ${JSON.stringify([process.execPath, '-e', app])}
  env: { REGION: 7 }
steps: [{ weight: 50 }]
hold: { min: 30m, max: 1h }
checks: { latency: off, errors: { tolerance: 20% }, predictions: off }
fastFail: { consecutiveErrors: 1000 }
`;

let folder: string;
let serving: ServingProcess | undefined;

beforeAll(() => {
  folder = newFolder();
});

afterAll(async () => {
  await serving?.end();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(...more: readonly string[]): Promise<ServingProcess> {
  await serving?.end();
  const args = ['--models', sampleModels, '--data', folder, '--log-level', 'silent', ...more];
  return (serving = await ServingProcess.start(args));
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

test('a server that was not told to run commands refuses a rollout with a process', async () => {
  const server = await serve();
  expect(await ask(server, '/api/v1/rollouts', { yaml })).toMatchObject({
    code: 'commands-not-allowed',
    found: expect.stringContaining('process.pid') as string,
  });
});

test(
  'a process that is a canary outlives a killed server, is taken up by the next one, and ends with it',
  { timeout: 200_000 },
  async () => {
    const first = await serve('--allow-commands');
    expect(await ask(first, '/api/v1/rollouts', { yaml })).toMatchObject({ phase: 'preparing' });
    await expect.poll(async () => (await canaryOf(first))?.state, patient).toBe('ready');
    const { pid } = (await canaryOf(first)) ?? { pid: 0 };
    await answersFromCanary(first, pid);

    await first.end('SIGKILL');
    expect(await startOf(pid)).toBeDefined();

    const second = await serve('--allow-commands');
    expect(await canaryOf(second)).toMatchObject({ state: 'ready', pid });
    await answersFromCanary(second, pid);

    await second.end('SIGTERM');
    expect(await startOf(pid)).toBeUndefined();
  },
);

/** Half of the requests are the canary's once its step has begun. */
async function answersFromCanary(server: ServingProcess, pid: number): Promise<void> {
  const features = [0.5, 1.2, 0.8, 0.3, 1.1];
  await expect.poll(() => ask(server, '/predict', { features }), patient).toMatchObject({ pid });
}
