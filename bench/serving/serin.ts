import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import type { ModelStatus } from '../../src/api/contract/models.js';
import { repositoryFile } from './repository-file.js';
import { startServer, type Server } from './server.js';

/** Serin with the sample model `churn`, and its admin endpoints. */
export interface SerinServer extends Server {
  status(): Promise<ModelStatus>;
  /** Deploys version 2 as the canary. */
  deployCanary(weightPercent: number): Promise<void>;
  /** The gateway's and the living runners' processes. */
  pids(): Promise<readonly number[]>;
}

const serin = fileURLToPath(repositoryFile('bin/serin'));

/**
 * Trains the sample models and starts Serin with them, in folders that `stop` removes.
 * @param nodeFlags of the gateway's process
 */
export async function startSerin(nodeFlags: readonly string[] = []): Promise<SerinServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'serin-bench-'));
  const models = path.join(folder, 'models');
  const data = path.join(folder, 'data');
  execFileSync(process.execPath, [serin, 'train-samples', '--out', models, '--model', 'churn'], {
    stdio: 'ignore',
  });
  const server = await startServer(process.execPath, (port) => [
    ...[...nodeFlags, serin, 'serve', '--port', port],
    ...['--models', models, '--data', data, '--default-model', 'churn'],
  ]);
  const status = () => statusOf(server.url);
  return {
    ...server,
    status,
    deployCanary: (weightPercent) => deployCanary(server.url, weightPercent),
    pids: async () => [server.pid, ...runnersOf(await status())],
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Waits until something holds for the server. */
export async function waitUntil(holds: () => Promise<boolean>, deadlineMs = 60_000): Promise<void> {
  const untilMs = performance.now() + deadlineMs;
  while (!(await holds())) {
    if (performance.now() > untilMs) throw new Error(`it did not come true in ${deadlineMs} ms`);
    await wait(50);
  }
}

async function statusOf(url: string): Promise<ModelStatus> {
  const response = await fetch(`${url}/api/v1/models/churn`);
  if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`);
  return (await response.json()) as ModelStatus;
}

async function deployCanary(url: string, weight: number): Promise<void> {
  const response = await fetch(`${url}/admin/deploy-canary`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model_path: 'churn/2', weight }),
  });
  if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`);
}

function runnersOf({ stable, canary }: ModelStatus): number[] {
  return [stable, canary].flatMap((arm) => arm?.process?.pid ?? []);
}
