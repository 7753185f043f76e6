import type { LoadTestResult } from '../../src/gates/loadtest/results/load-test-result.js';
import { load } from '../serving/load.js';
import { median } from '../serving/median.js';
import { table } from '../serving/results.js';
import { startServer } from '../serving/server.js';
import { closedLoad, generate, openLoad } from './generate.js';

/** As in stalling-server.js: 300 ms of every 5 s, and 50 ms of service. */
const [everyMs, forMs, serviceMs] = [5_000, 300, 50];
const perSecond = 500;
const seconds = 30;
/** Of the open loop: something else that the machine does spoils one of them, not their medians. */
const rounds = 3;
const users = 16;
/** How far off a percentile of the open loop may be, as a share of the true one. */
const tolerance = 0.05;

export interface Stalls {
  readonly truth: readonly number[];
  readonly open: readonly number[];
  readonly closed: readonly number[];
  /** wrk gives no p99.9. */
  readonly wrk: readonly number[];
}

const shares = [0.5, 0.99, 0.999] as const;

/** Measures a server whose stalls are known, in open and in closed loop, and with wrk. */
export async function measureStalls(script: string): Promise<Stalls> {
  const server = await startServer(process.execPath, (port) => [script, port]);
  try {
    const closed = await generate(server.url, closedLoad(users), seconds, users);
    const wrk = await load(server.url, seconds, users);
    const open: number[][] = [];
    for (let round = 0; round < rounds; round += 1) {
      open.push(threeOf(await generate(server.url, openLoad(perSecond), seconds, 500)));
    }
    return {
      truth: shares.map(trueLatencyMs),
      open: shares.map((_, index) => median(open.map((of) => of[index] ?? NaN))),
      closed: threeOf(closed),
      wrk: [wrk.p50Ms, wrk.p99Ms],
    };
  } finally {
    await server.stop();
  }
}

function threeOf({ target }: LoadTestResult): number[] {
  const { p50 = NaN, p99 = NaN, p999 = NaN } = target.latencyMs ?? {};
  return [p50, p99, p999];
}

/** What is further off than 5%, in words. */
export function stallProblems({ truth, open }: Stalls): string[] {
  return shares.flatMap((share, index) => {
    const [wanted = NaN, found = NaN] = [truth[index], open[index]];
    if (Math.abs(found - wanted) <= tolerance * wanted) return [];
    return [
      `stalls: p${100 * share} is ${found.toFixed(1)} ms in open loop, and truly ${wanted.toFixed(1)} ms`,
    ];
  });
}

/**
 * What callers who come evenly meet: a share forMs/everyMs of them come in a stall, evenly over it,
 * and wait for its end.
 */
function trueLatencyMs(share: number): number {
  const stalled = forMs / everyMs;
  return serviceMs + Math.max(0, forMs * (1 - (1 - share) / stalled));
}

/** The comparison as Markdown. */
export function stallsInWords({ truth, open, closed, wrk }: Stalls): string {
  const row = (name: string, values: readonly number[]): string[] => [
    name,
    ...shares.map((_, index) => {
      const value = values[index];
      if (value === undefined) return '–';
      const off = (100 * (value - (truth[index] ?? NaN))) / (truth[index] ?? NaN);
      return values === truth
        ? `${value.toFixed(1)} ms`
        : `${value.toFixed(1)} ms (${off < 0 ? '−' : '+'}${Math.abs(off).toFixed(1)}%)`;
    }),
  ];
  return `## A server that stalls

Real sockets, a server that stands still for ${forMs} ms of every ${everyMs / 1000} s and else answers after ${serviceMs} ms. What callers who come ${perSecond} times a second meet follows from that; in brackets, how far off each measurement is. The same without sockets, exact and within 5%, is a test: \`test/integration/loadtest/stalls.test.ts\`. Real timers and sockets are late on a busy machine, which shows most in the p50. wrk corrects its histogram afterwards, by what its connections would have sent.

${table(
  ['', 'p50', 'p99', 'p99.9'],
  [
    row('true', truth),
    row(`Serin, open loop, ${perSecond}/s, medians of ${rounds}`, open),
    row(`Serin, closed loop, ${users} users`, closed),
    row(`wrk, ${users} connections`, wrk),
  ],
)}`;
}
