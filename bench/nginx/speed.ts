import { setTimeout as sleep } from 'node:timers/promises';
import { readProcessUsage } from '../../src/serving/runner/process-usage.js';
import { failureCount, load } from '../serving/load.js';
import { startBare, startSame } from './reference-nginx.js';
import { SerinInFront } from './serin-in-front.js';

/** One NGINX in one round. */
export interface SpeedMeasured {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Microseconds of NGINX's CPU time a request. */
  readonly nginxUs: number;
  /** Serin's CPU time beside it, as a share of NGINX's. */
  readonly besideShare: number;
  readonly failures: number;
}

/**
 * `bare` is an NGINX written by hand, `same` one as Serin's but for split and log; `apart` is Serin's
 * while the process beside it is halted, and reads what was logged afterwards: what NGINX itself does
 * where load and Serin do not share its CPUs.
 */
export type SpeedRound = Readonly<Record<'bare' | 'same' | 'serin' | 'apart', SpeedMeasured>>;

export interface SpeedResult {
  readonly rounds: readonly SpeedRound[];
  /** Of Serin's NGINX, over all rounds: what wrk had answers to. */
  readonly requests: number;
  /** What Serin read of them, and of those that wrk broke off at the end of a round. */
  readonly observed: number;
  readonly lost: number;
  /** Percent of them. */
  readonly canaryPercent: number;
}

interface SpeedSettings {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  /** What is sent; by default a row of five features. */
  readonly body?: string;
}

/** The same load on Serin's NGINX with observation, and on two plain ones; in turns, in every round. */
export async function measureSpeed(
  arms: readonly [number, number],
  ports: readonly [number, number, number],
  { rounds, seconds, connections, body }: SpeedSettings,
): Promise<SpeedResult> {
  const bare = startBare(ports[0], arms);
  const inFront = await SerinInFront.start(ports[1], arms);
  const same = await startSame(ports[2], arms);
  const measure = async (port: number, pids: number[], serin?: number): Promise<SpeedMeasured> => {
    const cpu = async (of: readonly number[]): Promise<number> => {
      const usages = await Promise.all(of.map((pid) => readProcessUsage(pid)));
      return usages.reduce((sum, usage) => sum + (usage?.cpuSeconds ?? NaN), 0);
    };
    const before = [await cpu(pids), serin === undefined ? 0 : await cpu([serin])] as const;
    const result = await load(`http://127.0.0.1:${port}`, seconds, connections, body);
    const nginx = (await cpu(pids)) - before[0];
    const besideIt = serin === undefined ? 0 : (await cpu([serin])) - before[1];
    return {
      requests: result.requests,
      perSecond: result.requests / result.seconds,
      p50Ms: result.p50Ms,
      p99Ms: result.p99Ms,
      nginxUs: (nginx / result.requests) * 1e6,
      besideShare: besideIt / nginx,
      failures: failureCount(result.failures),
    };
  };
  try {
    const nginxPids = await inFront.nginxPids();
    let requests = 0;
    const observed = async (): Promise<SpeedMeasured> => {
      const one = await measure(ports[1], nginxPids, inFront.pid);
      requests += one.requests;
      return one;
    };
    const on = {
      bare: () => measure(ports[0], [...bare.pids]),
      serin: observed,
      apart: () => inFront.whileHalted(observed),
      same: () => measure(ports[2], [...same.pids]),
    };
    for (const one of Object.values(on)) await one();
    const measured: SpeedRound[] = [];
    for (let round = 0; round < rounds; round += 1) {
      measured.push(await inAnotherOrder(on, round));
      console.error(`round ${round + 1}:`, JSON.stringify(measured.at(-1)));
    }
    // A line that is missing is called lost after three seconds.
    await sleep(6_000);
    const { observed: seen, lost, split_seen: canaryPercent } = await inFront.seen();
    const missing = Math.max(lost, requests - seen);
    return {
      ...{ rounds: measured, requests, observed: seen },
      ...{ lost: missing, canaryPercent: canaryPercent ?? NaN },
    };
  } finally {
    await inFront.stop();
    bare.stop();
    same.stop();
  }
}

/** Each is the first in turns: what comes first may meet a quieter machine. */
async function inAnotherOrder(
  on: Readonly<Record<keyof SpeedRound, () => Promise<SpeedMeasured>>>,
  round: number,
): Promise<SpeedRound> {
  const names = ['bare', 'serin', 'same', 'apart'] as const;
  const measured: Partial<Record<keyof SpeedRound, SpeedMeasured>> = {};
  for (let turn = 0; turn < names.length; turn += 1) {
    const name = names[(round + turn) % names.length] ?? 'bare';
    measured[name] = await on[name]();
  }
  return measured as SpeedRound;
}
