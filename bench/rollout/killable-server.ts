import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { repositoryFile } from '../serving/repository-file.js';

const serin = fileURLToPath(repositoryFile('bin/serin'));

/** A server in a process of its own, always on the same port and data. */
export class KillableServer {
  readonly url: string;
  readonly #port: number;
  #child: ChildProcess | undefined;
  /** Counts the kills, so that requests know whether one came while they were in flight. */
  killed = 0;
  /** Settles when it answers again. */
  up: Promise<void> = Promise.resolve();

  /** A server on a free port, not started yet. */
  static async prepare(models: string, data: string): Promise<KillableServer> {
    return new KillableServer(models, data, await freePort());
  }

  private constructor(
    private readonly models: string,
    private readonly data: string,
    port: number,
  ) {
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  async start(): Promise<void> {
    const flags = ['--models', this.models, '--data', this.data, '--default-model', 'churn'];
    const args = [serin, 'serve', '--port', String(this.#port), ...flags];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = once(this.#child, 'exit').then(() => true);
    while (!(await isReady(this.url))) {
      if (await Promise.race([ended, wait(50, false)])) throw new Error('the server did not start');
    }
  }

  /** @returns how long nobody was answered, and when it was killed, in milliseconds since 1970 */
  async killAndStart(): Promise<{ readonly downMs: number; readonly killedAtMs: number }> {
    const child = this.#child;
    if (child === undefined) throw new Error('it is not running');
    const gone = once(child, 'exit');
    let isUp = (): void => undefined;
    this.up = new Promise((resolve) => (isUp = resolve));
    this.killed++;
    const killedAtMs = Date.now();
    child.kill('SIGKILL');
    const beganAt = performance.now();
    await gone;
    await this.start();
    isUp();
    return { downMs: performance.now() - beganAt, killedAtMs };
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }

  get<T>(path: string): Promise<T> {
    return this.#ask<T>(path);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#ask<T>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  async #ask<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await fetch(this.url + path, init);
    if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/ready`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false; // It does not listen yet.
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
