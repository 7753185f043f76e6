import { addToMoments, noMoments, type Moments } from '../../stats/moments.js';
import { normalCdf } from '../../stats/normal.js';
import { twoProportionTest } from '../../stats/two-proportions.js';
import { welchTestOfMoments } from '../../stats/welch.js';
import type { Scenario } from './scenario.js';
import { SimulatedTraffic } from './simulated-traffic.js';

/**
 * What other tools do, looked at as often as the judge is: here to be compared with it, never to act.
 * Each alarms when its test, made for one look, says p < 0.05: of the two-sided p, as people read it,
 * and where the detector looks for harm, in its direction (a one-sided p < 0.025).
 */
export const Detector = {
  /** Welch's t-test on latencies, in either direction. */
  WelchRaw: 'Welch, either direction',
  /** Welch's t-test on the logarithms of latencies, canary slower. */
  WelchLog: 'Welch on logarithms, slower',
  MannWhitney: 'Mann-Whitney, slower',
  /** The pooled z-test on error rates, canary more often. */
  ErrorTest: 'z-test on errors',
  /** More than five errors of the canary, however many requests it had. */
  ErrorCount: 'more than 5 errors',
} as const;
export type Detector = (typeof Detector)[keyof typeof Detector];

const level = 0.05;

/** How a comparison is run: the canary's share in the course of the requests, and the looks. */
export interface DetectorRun {
  readonly shareAt: (request: number) => number;
  readonly requests: number;
  readonly lookEvery: number;
}

/** 10% of 20,000 requests, a look every 100: the first table of STATISTICS. */
export const standardDetectorRun: DetectorRun = {
  shareAt: () => 0.1,
  requests: 20_000,
  lookEvery: 100,
};

/**
 * When each detector first alarms on one simulated stream.
 * @returns the number of requests, or null for a detector that never alarms
 */
export function firstAlarms(
  scenario: Scenario,
  seed: number,
  run: DetectorRun = standardDetectorRun,
): Record<Detector, number | null> {
  const traffic = new SimulatedTraffic(scenario, seed);
  const isCanary = new Uint8Array(run.requests);
  const latencies = new Float64Array(run.requests);
  const failed = new Uint8Array(run.requests);
  for (let index = 0; index < run.requests; index += 1) {
    const request = traffic.next(run.shareAt(index));
    isCanary[index] = request.isCanary ? 1 : 0;
    latencies[index] = request.latencyMs;
    failed[index] = request.failed ? 1 : 0;
  }
  const alarms: Record<Detector, number | null> = {
    [Detector.WelchRaw]: null,
    [Detector.WelchLog]: null,
    [Detector.MannWhitney]: null,
    [Detector.ErrorTest]: null,
    [Detector.ErrorCount]: null,
  };
  const raw = { canary: noMoments(), stable: noMoments() };
  const log = { canary: noMoments(), stable: noMoments() };
  const errors = { canary: 0, stable: 0 };
  const ranks = new RunningRanks(latencies);
  for (let index = 0; index < run.requests; index += 1) {
    const arm = isCanary[index] === 1 ? 'canary' : 'stable';
    const latency = latencies[index] ?? 0;
    addToMoments(raw[arm], latency);
    addToMoments(log[arm], Math.log(latency));
    errors[arm] += failed[index] ?? 0;
    ranks.add(index, arm === 'canary');
    if ((index + 1) % run.lookEvery !== 0 || raw.canary.count < 2 || raw.stable.count < 2) continue;
    const look = (detector: Detector, alarm: () => boolean): void => {
      if (alarms[detector] === null && alarm()) alarms[detector] = index + 1;
    };
    look(Detector.WelchRaw, () => welchTestOfMoments(raw.canary, raw.stable).pTwoSided < level);
    look(Detector.WelchLog, () => welchTestOfMoments(log.canary, log.stable).pGreater < level / 2);
    look(Detector.MannWhitney, () => ranks.pGreater() < level / 2);
    look(Detector.ErrorTest, () => errorsDiffer(errors, raw));
    look(Detector.ErrorCount, () => errors.canary > 5);
  }
  return alarms;
}

function errorsDiffer(
  errors: { canary: number; stable: number },
  seen: { canary: Moments; stable: Moments },
): boolean {
  if (errors.canary + errors.stable === 0) return false;
  const arm = (name: 'canary' | 'stable'): { events: number; requests: number } => ({
    events: errors[name],
    requests: seen[name].count,
  });
  return twoProportionTest(arm('canary'), arm('stable')).pGreater < level / 2;
}

/**
 * Mann-Whitney's U kept up to date one request at a time, for values that hardly ever tie: two
 * Fenwick trees (Fenwick 1994) over the ranks, which are known beforehand. Ranking anew at each of
 * 200 looks would take longer than all other simulation together.
 */
class RunningRanks {
  readonly #rankOf: Uint32Array;
  readonly #stableUpTo: Uint32Array;
  readonly #canaryUpTo: Uint32Array;
  #stable = 0;
  #canary = 0;
  #u = 0;

  constructor(values: Float64Array) {
    const order = Uint32Array.from(values.keys()).sort(
      (a, b) => (values[a] ?? 0) - (values[b] ?? 0),
    );
    this.#rankOf = new Uint32Array(values.length);
    for (const [rank, index] of order.entries()) this.#rankOf[index] = rank + 1;
    this.#stableUpTo = new Uint32Array(values.length + 1);
    this.#canaryUpTo = new Uint32Array(values.length + 1);
  }

  add(index: number, isCanary: boolean): void {
    const rank = this.#rankOf[index] ?? 1;
    if (isCanary) {
      this.#u += countUpTo(this.#stableUpTo, rank);
      this.#canary += 1;
      insert(this.#canaryUpTo, rank);
    } else {
      this.#u += this.#canary - countUpTo(this.#canaryUpTo, rank);
      this.#stable += 1;
      insert(this.#stableUpTo, rank);
    }
  }

  /** As `mannWhitneyTest` gives it for values without ties. */
  pGreater(): number {
    const pairs = this.#canary * this.#stable;
    const deviation = Math.sqrt((pairs * (this.#canary + this.#stable + 1)) / 12);
    return normalCdf(-(this.#u - pairs / 2 - 0.5) / deviation);
  }
}

function insert(tree: Uint32Array, rank: number): void {
  for (let node = rank; node < tree.length; node += node & -node)
    tree[node] = (tree[node] ?? 0) + 1;
}

function countUpTo(tree: Uint32Array, rank: number): number {
  let count = 0;
  for (let node = rank; node > 0; node -= node & -node) count += tree[node] ?? 0;
  return count;
}
