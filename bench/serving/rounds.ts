import { readProcessUsage } from '../../src/serving/runner/process-usage.js';
import type { Contestant } from './contestants.js';
import { failureCount, load, type LoadResult } from './load.js';

/** One contestant in one round. */
export interface Measured {
  readonly name: string;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of all of its processes, a second. */
  readonly cpus: number;
  readonly perCpuSecond: number;
  readonly failures: number;
}

export interface RoundSettings {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly connections: number;
}

/**
 * Measures all contestants in every round, one after the other, so that what else the machine does
 * meets each of them; each round starts with another one.
 * @returns for every round, the contestants in their own order
 */
export async function measureInRounds(
  contestants: readonly Contestant[],
  { rounds, seconds, warmUpSeconds, connections }: RoundSettings,
): Promise<readonly (readonly Measured[])[]> {
  for (const { server } of contestants) await load(server.url, warmUpSeconds, connections);
  const all: Measured[][] = [];
  for (let round = 0; round < rounds; round++) {
    const measured: Measured[] = [];
    for (let turn = 0; turn < contestants.length; turn++) {
      const index = (round + turn) % contestants.length;
      const contestant = contestants[index];
      if (contestant === undefined) continue;
      measured[index] = await measure(contestant, seconds, connections);
      console.error(`round ${round + 1}: ${inWords(measured[index])}`);
    }
    all.push(measured);
  }
  return all;
}

async function measure(
  { name, server, pids }: Contestant,
  seconds: number,
  connections: number,
): Promise<Measured> {
  const before = await cpuSeconds(pids);
  const result = await load(server.url, seconds, connections);
  const spent = (await cpuSeconds(pids)) - before;
  const answered = answeredRequests(result);
  return {
    name,
    perSecond: answered / result.seconds,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    cpus: spent / result.seconds,
    perCpuSecond: answered / spent,
    failures: failureCount(result.failures),
  };
}

async function cpuSeconds(pids: readonly number[]): Promise<number> {
  const usages = await Promise.all(pids.map((pid) => readProcessUsage(pid)));
  return usages.reduce((sum, usage) => sum + (usage?.cpuSeconds ?? NaN), 0);
}

/** wrk counts answers of any status. */
function answeredRequests({ requests, failures }: LoadResult): number {
  return requests - failures.status;
}

function inWords({ name, perSecond, p99Ms, perCpuSecond, cpus, failures }: Measured): string {
  return (
    `${name}: ${perSecond.toFixed(0)}/s, p99 ${p99Ms.toFixed(2)} ms, ` +
    `${perCpuSecond.toFixed(0)} a CPU-second on ${cpus.toFixed(2)} CPUs, ${failures} failures`
  );
}
