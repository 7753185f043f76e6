import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RolloutBody } from '../../src/api/contract/rollouts.js';
import { Random } from '../../src/stats/random.js';
import { repositoryFile } from '../serving/repository-file.js';

export interface KillSettings {
  readonly kills: number;
  /** Requests at a time. */
  readonly connections: number;
  /** Between two kills, at random. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly seed: number;
  /** The rollout file; a new rollout is started whenever one has ended. */
  readonly strategy: (stable: string, canary: string) => string;
  readonly onProgress: (line: string) => void;
}

export interface KillOutcome {
  readonly kills: number;
  readonly requests: number;
  /** Answers other than 200. */
  readonly refused: number;
  /** Requests that were in flight in a killed process. */
  readonly cutOff: number;
  /** Requests that failed though no process was killed while they were in flight. */
  readonly lost: number;
  /** How each rollout ended. */
  readonly outcomes: readonly string[];
  /** From the kill to the first answer, the slowest. */
  readonly longestDownMs: number;
  /** Phases in which it was killed. */
  readonly phases: readonly string[];
}

const serin = fileURLToPath(repositoryFile('bin/serin'));

/**
 * Kills a real server (SIGKILL) at random moments of real rollouts under load, starts it again each
 * time, and lets the last rollout go to its end.
 */
export async function surviveKills(settings: KillSettings): Promise<KillOutcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'serin-kills-'));
  const models = path.join(folder, 'models');
  mkdirSync(models);
  execFileSync(process.execPath, [serin, 'train-samples', '--out', models, '--model', 'churn'], {
    stdio: 'ignore',
  });
  const killable = new KillableServer(models, path.join(folder, 'data'), await freePort());
  const load = new WaitingLoad(killable, settings.connections);
  const random = new Random(settings.seed);
  const outcomes: string[] = [];
  const phases: string[] = [];
  let longestDownMs = 0;
  try {
    await killable.start();
    load.begin();
    let id = await startRollout(killable, settings);
    for (let kill = 1; kill <= settings.kills; kill++) {
      await wait(settings.fromMs + random.uniform() * (settings.toMs - settings.fromMs));
      const { phase, outcome } = await killable.get<RolloutBody>(`/api/v1/rollouts/${id}`);
      if (outcome !== null) {
        outcomes.push(outcome);
        id = await startRollout(killable, settings);
      }
      phases.push(phase);
      const downMs = await killable.killAndStart();
      longestDownMs = Math.max(longestDownMs, downMs);
      settings.onProgress(`kill ${kill}: ${phase}; answers again after ${downMs.toFixed(0)} ms`);
    }
    outcomes.push(await ended(killable, id));
    await load.end();
    const { requests, refused, cutOff, lost } = load;
    const { kills } = settings;
    return { kills, requests, refused, cutOff, lost, outcomes, longestDownMs, phases };
  } finally {
    await load.end();
    await killable.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startRollout(on: KillableServer, { strategy }: KillSettings): Promise<string> {
  const { stable } = await on.get<{ stable: { version: string } }>('/api/v1/models/churn');
  const canary = stable.version === '1' ? '2' : '1';
  const { id } = await on.post<RolloutBody>('/api/v1/rollouts', {
    yaml: strategy(`churn/${stable.version}`, `churn/${canary}`),
  });
  return id;
}

async function ended(on: KillableServer, id: string): Promise<string> {
  for (let i = 0; i < 600; i++) {
    const { outcome, phase } = await on.get<RolloutBody>(`/api/v1/rollouts/${id}`);
    if (outcome !== null) return outcome;
    if (phase === 'paused') return phase;
    await wait(500);
  }
  return 'without an end';
}

/** A server in a process of its own, always on the same port and data. */
class KillableServer {
  readonly url: string;
  #child: ChildProcess | undefined;
  /** Counts the kills, so that requests know whether one came while they were in flight. */
  killed = 0;
  /** Settles when it answers again. */
  up: Promise<void> = Promise.resolve();

  constructor(
    private readonly models: string,
    private readonly data: string,
    private readonly port: number,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  async start(): Promise<void> {
    const flags = ['--models', this.models, '--data', this.data, '--default-model', 'churn'];
    const args = [serin, 'serve', '--port', String(this.port), ...flags];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = once(this.#child, 'exit').then(() => true);
    while (!(await isReady(this.url))) {
      if (await Promise.race([ended, wait(50, false)])) throw new Error('the server did not start');
    }
  }

  /** @returns how long nobody was answered */
  async killAndStart(): Promise<number> {
    const child = this.#child;
    if (child === undefined) throw new Error('it is not running');
    const gone = once(child, 'exit');
    let isUp = (): void => undefined;
    this.up = new Promise((resolve) => (isUp = resolve));
    this.killed++;
    child.kill('SIGKILL');
    const beganAt = performance.now();
    await gone;
    await this.start();
    isUp();
    return performance.now() - beganAt;
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

/** Clients that ask without a pause, and wait while there is nobody to ask. */
class WaitingLoad {
  requests = 0;
  refused = 0;
  cutOff = 0;
  lost = 0;
  #isSending = true;
  #clients: readonly Promise<void>[] = [];

  constructor(
    private readonly server: KillableServer,
    private readonly connections: number,
  ) {}

  begin(): void {
    this.#clients = Array.from({ length: this.connections }, () => this.#send());
  }

  async end(): Promise<void> {
    this.#isSending = false;
    await Promise.all(this.#clients);
  }

  async #send(): Promise<void> {
    while (this.#isSending) {
      await this.server.up;
      const killedBefore = this.server.killed;
      this.requests++;
      try {
        const response = await fetch(`${this.server.url}/predict`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"features":[0.5,1.2,0.8,0.3,1.1]}',
        });
        await response.arrayBuffer();
        if (!response.ok) this.refused++;
      } catch {
        // Nobody answers requests whose process was killed; any other one that fails is lost.
        if (this.server.killed > killedBefore) this.cutOff++;
        else this.lost++;
      }
    }
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
