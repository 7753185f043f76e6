import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { EvidenceOverTime, RolloutBody } from '../../src/api/contract/rollouts.js';
import type { RunningServer } from '../../src/main.js';
import { startSampleServer, trainChurn } from '../serving/sample-server.js';
import type { CanaryKind } from './canary-kinds.js';
import { writeCrashingChurn } from './crashing-churn.js';
import type { UsersCount } from './users.js';

/** How one rollout went. */
export interface Trial {
  readonly kind: string;
  readonly outcome: string;
  readonly by: string | null;
  readonly sentence: string;
  /** Whether it ended as it must, by whom it must, and said why. */
  readonly isRight: boolean;
  /** From the fault to the end of the roll-back; without a fault, from the start to the end. */
  readonly tookMs: number;
  /** Requests from the first step to the end, all steps together; absent where there were none. */
  readonly measured?: { readonly stable: number; readonly canary: number };
  readonly requests: number;
  /** Requests that users saw fail meanwhile. */
  readonly failed: number;
}

const lookEveryMs = 50;
/** A rollout that has not ended by then never will. */
const longestMs = 20 * 60_000;

/** A real server with users, on which one rollout after the other is tried. */
export class CanaryTrials {
  private constructor(
    private readonly server: RunningServer,
    private readonly users: ChildProcess,
    private readonly folder: string,
  ) {}

  static async begin(connections: number, meanPauseMs: number): Promise<CanaryTrials> {
    const folder = mkdtempSync(path.join(tmpdir(), 'serin-canaries-'));
    const models = trainChurn(folder);
    writeCrashingChurn(path.join(models, 'churn/9'));
    const server = await startSampleServer(folder, models, { faultsEnabled: true });
    const { rows } = JSON.parse(readFileSync(path.join(models, 'churn/rows.json'), 'utf8')) as {
      rows: unknown;
    };
    const users = fork(fileURLToPath(new URL('./users.js', import.meta.url)), [
      server.url,
      String(connections),
      String(meanPauseMs),
      JSON.stringify(rows),
    ]);
    return new CanaryTrials(server, users, folder);
  }

  async end(): Promise<void> {
    const gone = once(this.users, 'exit');
    this.users.disconnect();
    await gone;
    await this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async try(kind: CanaryKind): Promise<Trial> {
    const before = await this.#count();
    await this.#put('/admin/faults', { arm: 'stable', ...kind.always });
    let sinceMs = Date.now();
    const { id } = await this.#post<RolloutBody>('/api/v1/rollouts', { yaml: fileOf(kind) });
    if (kind.always !== undefined || kind.fault !== undefined) {
      await this.#until(id, (rollout) => hasTraffic(rollout) || hasEnded(rollout));
      if (kind.always !== undefined)
        await this.#put('/admin/faults', { arm: 'canary', ...kind.always });
      const { afterRequests = 0 } = kind;
      await this.#until(id, (one) => (one.arms?.canary.requests ?? 0) >= afterRequests);
      sinceMs = Date.now();
      await this.#put('/admin/faults', { arm: 'canary', ...kind.fault });
    }
    const ended = await this.#until(id, hasEnded);
    const { outcome, phase, by, sentence, ended_at: endedAt } = ended;
    const tookMs = (endedAt === null ? Date.now() : Date.parse(endedAt)) - sinceMs;
    const measured = await this.#measured(id);
    await this.#clear(ended);
    const after = await this.#count();
    return {
      kind: kind.name,
      outcome: outcome ?? phase,
      by,
      sentence,
      isRight: outcome === kind.outcome && by === kind.by && kind.says.test(sentence),
      tookMs,
      ...(measured.canary === 0 ? {} : { measured }),
      requests: after.requests - before.requests,
      failed: after.failed - before.failed,
    };
  }

  /** Requests of all stretches in which both arms were compared. */
  async #measured(id: string): Promise<{ stable: number; canary: number }> {
    const path = `/api/v1/rollouts/${id}/evidence`;
    const { points } = await this.#ask<EvidenceOverTime>('GET', path);
    const sum = (arm: 'stable' | 'canary'): number =>
      points.reduce((total, point) => total + point[arm].requests, 0);
    return { stable: sum('stable'), canary: sum('canary') };
  }

  /** Leaves churn/1 stable and no rollout under way; a promotion is gone back from, as a user would. */
  async #clear({ id, outcome }: RolloutBody): Promise<void> {
    if (outcome === 'promoted') {
      await this.#post(`/api/v1/rollouts/${id}/rollback`, { why: 'the next trial' });
      await this.#until(id, (one) => one.outcome === 'rolled-back');
    } else if (outcome === null) {
      await this.#post(`/api/v1/rollouts/${id}/abort`, { why: 'it did not end by itself' });
      await this.#until(id, (one) => one.outcome === 'aborted');
    }
  }

  async #until(id: string, isSo: (rollout: RolloutBody) => boolean): Promise<RolloutBody> {
    const sinceMs = performance.now();
    for (;;) {
      const rollout = await this.#ask<RolloutBody>('GET', `/api/v1/rollouts/${id}`);
      if (isSo(rollout)) return rollout;
      if (performance.now() - sinceMs > longestMs) {
        throw new Error(`rollout ${id} is still ${rollout.phase}: ${rollout.sentence}`);
      }
      await wait(lookEveryMs);
    }
  }

  async #count(): Promise<UsersCount> {
    const answered = once(this.users, 'message') as Promise<[UsersCount]>;
    this.users.send('count');
    const [count] = await answered;
    return count;
  }

  async #put(route: string, body: object): Promise<void> {
    await this.#ask('PUT', route, body);
  }

  #post<T>(route: string, body: object): Promise<T> {
    return this.#ask<T>('POST', route, body);
  }

  async #ask<T>(method: string, route: string, body?: object): Promise<T> {
    const sent =
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await fetch(this.server.url + route, { method, ...sent });
    if (!response.ok) throw new Error(`${route}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}

function fileOf(kind: CanaryKind): string {
  const { canary, steps = '[{ weight: 20 }, { weight: 50 }]', checks = '', more = '' } = kind;
  const { tolerances = 'latency: { tolerance: 25% }\n  errors: { tolerance: 1% }' } = kind;
  return `model: churn
stable: churn/1
canary: ${canary}
steps: ${steps}
hold: { min: 3s, requests: 200 }
checks:
  ${tolerances}
  ${checks}
coolDown: 0s
keepWarm: 5m
${more}
`;
}

function hasTraffic({ phase, step_since: since }: RolloutBody): boolean {
  return (phase === 'shadowing' || phase === 'progressing') && since !== null;
}

/** A rollout that is paused waits for a person: nobody is there, so that is an end, too. */
function hasEnded({ outcome, phase }: RolloutBody): boolean {
  return outcome !== null || phase === 'paused';
}
