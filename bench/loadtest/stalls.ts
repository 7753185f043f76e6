import type { LoadTestResult } from '../../src/gates/loadtest/results/load-test-result.js';
import { load } from '../serving/load.js';
import { median } from '../serving/median.js';
import { table } from '../serving/results.js';
import { startServer } from '../serving/server.js';
import { closedLoad, generate, openLoad, warmUpMs } from './generate.js';

/** As in stalling-server.js: 300 ms of every 5 s, and 20 ms of service. */
const [everyMs, forMs, serviceMs] = [5_000, 300, 20];
const perSecond = 500;
const seconds = 30;
/** Of the open loop: something else that the machine does spoils one of them, not their medians. */
const rounds = 3;
const users = 16;
/** How far off a percentile of the open loop may be, as a share of the true one. */
const tolerance = 0.05;

export interface Stalls {
  /** By the server's own clock, in the rounds of the open loop. */
  readonly truth: readonly number[];
  /** What would be true if no timer were late. */
  readonly planned: readonly number[];
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
    const truth: number[][] = [];
    for (let round = 0; round < rounds; round += 1) {
      // Those of the loads before are not of this round.
      await timesOf(server.url);
      open.push(threeOf(await generate(server.url, openLoad(perSecond), seconds, 500)));
      truth.push(trueLatenciesMs(await timesOf(server.url)));
    }
    const medians = (of: readonly number[][]): number[] =>
      shares.map((_, index) => median(of.map((round) => round[index] ?? NaN)));
    return {
      truth: medians(truth),
      planned: shares.map(plannedLatencyMs),
      open: medians(open),
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

/** When a request came, and when it was answered. */
type Times = readonly [cameAtMs: number, answeredAtMs: number];

/** What the server did since it was asked before, by its own clock. */
async function timesOf(url: string): Promise<readonly Times[]> {
  const answer = await fetch(`${url}/times`);
  return (await answer.json()) as readonly Times[];
}

/**
 * What callers met, by the server's clock, from when each was due: they were to come evenly, and the
 * most punctual one shows when the first was due.
 */
function trueLatenciesMs(times: readonly Times[]): number[] {
  // What comes before the load, to see that the server answers, is not part of it.
  const inLoad = perSecond * (seconds + warmUpMs / 1000);
  const inOrder = times.toSorted(([a], [b]) => a - b).slice(-inLoad);
  const afterFirstMs = (index: number): number => (index * 1000) / perSecond;
  const firstDueMs = inOrder.reduce(
    (least, [cameAtMs], index) => Math.min(least, cameAtMs - afterFirstMs(index)),
    Infinity,
  );
  const latenciesMs = inOrder
    .map(([, answeredAtMs], index) => answeredAtMs - firstDueMs - afterFirstMs(index))
    .slice((perSecond * warmUpMs) / 1000)
    .sort((a, b) => a - b);
  return shares.map((share) => latenciesMs[Math.ceil(share * latenciesMs.length) - 1] ?? NaN);
}

/**
 * What callers who come evenly would meet: a share forMs/everyMs of them come in a stall, evenly over it,
 * and wait for its end.
 */
function plannedLatencyMs(share: number): number {
  const stalled = forMs / everyMs;
  return serviceMs + Math.max(0, forMs * (1 - (1 - share) / stalled));
}

/** The comparison as Markdown. */
export function stallsInWords({ truth, planned, open, closed, wrk }: Stalls): string {
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

Real sockets, a server that stands still for ${forMs} ms of every ${everyMs / 1000} s and else answers after ${serviceMs} ms. True is what the server did by its own clock, from when each request was due at an even ${perSecond} a second to its answer, and not what follows from ${serviceMs} ms and ${forMs} ms: timers of a busy machine are late, in the server as well, and a load generator has to show that. What would follow is the row below it. In brackets, how far off each is. The same without sockets, exact and within 5%, is a test: \`test/integration/loadtest/stalls.test.ts\`. wrk corrects its histogram afterwards, by what its connections would have sent.

${table(
  ['', 'p50', 'p99', 'p99.9'],
  [
    row('true', truth),
    row('if no timer were late', planned),
    row(`Serin, open loop, ${perSecond}/s, medians of ${rounds}`, open),
    row(`Serin, closed loop, ${users} users`, closed),
    row(`wrk, ${users} connections`, wrk),
  ],
)}`;
}
