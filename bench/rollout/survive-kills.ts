import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { RolloutBody, RolloutEvents } from '../../src/api/contract/rollouts.js';
import { Random } from '../../src/stats/random.js';
import { trainChurn } from '../serving/sample-server.js';
import { killMoment, type KillMoment } from './kill-moment.js';
import { KillableServer } from './killable-server.js';
import { WaitingLoad } from './waiting-load.js';

/** A rollout, and when its server is killed. */
export interface KilledRollout {
  /** `good`: as good as stable, promoted without a kill. `bad`: rolled back by the judge. */
  readonly canary: 'good' | 'bad';
  readonly kills: readonly KillMoment[];
}

export interface KillSettings {
  /** One after the other. */
  readonly rollouts: readonly KilledRollout[];
  /** Requests at a time. */
  readonly connections: number;
  readonly seed: number;
  /** The rollout file. */
  readonly strategy: (stable: string, canary: string) => string;
  readonly onProgress: (line: string) => void;
}

/** One kill: when it was to be, and the phase that the rollout was really in, as its log has it. */
export interface Kill {
  readonly aim: KillMoment;
  readonly met: RolloutBody['phase'];
}

/** How one rollout ended whose server was killed. */
export interface Survived {
  readonly canary: 'good' | 'bad';
  readonly kills: readonly Kill[];
  /** As without a kill. */
  readonly expected: 'promoted' | 'rolled-back';
  readonly outcome: string;
  /** Who or what moved it to its end. */
  readonly by: string | null;
  readonly sentence: string;
  /** Whether it ended as without a kill: in the same phase, moved by the judge. */
  readonly isRight: boolean;
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
  readonly rollouts: readonly Survived[];
  /** From the kill to the first answer, the slowest. */
  readonly longestDownMs: number;
}

/**
 * Kills a real server (SIGKILL) at chosen and at random moments of real rollouts of good and of bad
 * canaries under load, starts it again each time, and lets each rollout go to its end.
 */
export async function surviveKills(settings: KillSettings): Promise<KillOutcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'serin-kills-'));
  const models = trainChurn(folder);
  const data = path.join(folder, 'data');
  mkdirSync(data);
  const server = await KillableServer.prepare(models, data);
  const load = new WaitingLoad(server, settings.connections, rowsOf(models));
  const random = new Random(settings.seed);
  const rollouts: Survived[] = [];
  let longestDownMs = 0;
  try {
    await server.start();
    load.begin();
    for (const { canary, kills: aims } of settings.rollouts) {
      const id = await startRollout(server, canary, settings);
      const kills: Kill[] = [];
      for (const aim of aims) {
        await killMoment(server, id, aim, random);
        const { downMs, killedAtMs } = await server.killAndStart();
        longestDownMs = Math.max(longestDownMs, downMs);
        const met = await phaseAt(server, id, killedAtMs);
        kills.push({ aim, met });
        const away = `away for ${downMs.toFixed(0)} ms`;
        settings.onProgress(`${id}, ${canary}: killed ${aim}, while ${met}, ${away}`);
      }
      const { outcome, phase, by, sentence } = await ended(server, id);
      const expected = canary === 'good' ? 'promoted' : 'rolled-back';
      // A canary that the kill took away is rolled back as well, and that would prove nothing.
      const isRight = outcome === expected && by === 'the judge';
      const how = { expected, outcome: outcome ?? phase, by, sentence, isRight } as const;
      rollouts.push({ canary, kills, ...how });
      settings.onProgress(`${id}, ${canary}: ${sentence}`);
    }
    await load.end();
    const { requests, refused, cutOff, lost } = load;
    return { kills: server.killed, requests, refused, cutOff, lost, rollouts, longestDownMs };
  } finally {
    await load.end();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowsOf(models: string): readonly (readonly number[])[] {
  const text = readFileSync(path.join(models, 'churn/rows.json'), 'utf8');
  return (JSON.parse(text) as { rows: readonly (readonly number[])[] }).rows;
}

/** Good ones go to and fro between the first two versions; the third was trained on a broken table. */
async function startRollout(
  on: KillableServer,
  canary: KilledRollout['canary'],
  { strategy }: KillSettings,
): Promise<string> {
  const { stable } = await on.get<{ stable: { version: string } }>('/api/v1/models/churn');
  const other = stable.version === '1' ? '2' : '1';
  const { id } = await on.post<RolloutBody>('/api/v1/rollouts', {
    yaml: strategy(`churn/${stable.version}`, `churn/${canary === 'good' ? other : '3'}`),
  });
  return id;
}

/** The phase that the last event before this moment left. */
async function phaseAt(
  on: KillableServer,
  id: string,
  atMs: number,
): Promise<RolloutBody['phase']> {
  const { events } = await on.get<RolloutEvents>(`/api/v1/rollouts/${id}/events`);
  const last = events.findLast(({ at }) => Date.parse(at) <= atMs);
  if (last === undefined) throw new Error(`rollout ${id} was killed before its first event`);
  return last.phase;
}

async function ended(on: KillableServer, id: string): Promise<RolloutBody> {
  const sinceMs = performance.now();
  for (;;) {
    const rollout = await on.get<RolloutBody>(`/api/v1/rollouts/${id}`);
    const hasEnded = rollout.outcome !== null || rollout.phase === 'paused';
    if (hasEnded || performance.now() - sinceMs > 15 * 60_000) return rollout;
    await wait(200);
  }
}
