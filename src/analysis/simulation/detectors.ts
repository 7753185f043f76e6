import { normalCdf } from '../../stats/normal.js';
import { addToMoments, noMoments, type Moments } from '../../stats/moments.js';
import { welchTestOfMoments } from '../../stats/welch.js';

/**
 * What people do today: a fixed-sample test or a threshold, asked again at every look, over all
 * requests since the start. Here to be compared with; wired to nothing.
 */
export interface Detector {
  readonly name: string;
  record(isCanary: boolean, latencyMs: number, failed: boolean): void;
  /** Whether it would roll back now. */
  alarms(): boolean;
}

export const detectorNames = [
  'repeated Welch',
  'repeated Mann-Whitney',
  'more than 5 errors',
] as const;
export type DetectorName = (typeof detectorNames)[number];

/** The level at which each look is made, as if it were the only one. */
const level = 0.05;
/** R1 says nothing under this many requests an arm. */
const fewest = 20;

export function newDetector(name: DetectorName): Detector {
  switch (name) {
    case 'repeated Welch':
      return new RepeatedWelch();
    case 'repeated Mann-Whitney':
      return new RepeatedMannWhitney();
    case 'more than 5 errors':
      return new ErrorThreshold();
  }
}

/** R1: two-sided p < 0.05 on raw latencies, and the canary's mean higher. */
class RepeatedWelch implements Detector {
  readonly name = 'repeated Welch';
  readonly #stable: Moments = noMoments();
  readonly #canary: Moments = noMoments();

  record(isCanary: boolean, latencyMs: number): void {
    addToMoments(isCanary ? this.#canary : this.#stable, latencyMs);
  }

  alarms(): boolean {
    if (Math.min(this.#stable.count, this.#canary.count) < fewest) return false;
    const { pTwoSided, difference } = welchTestOfMoments(this.#canary, this.#stable);
    return pTwoSided < level && difference > 0;
  }
}

/** Width of a bin of the logarithm: latencies that differ by less than half a percent are tied. */
const binWidth = 0.005;

/** One-sided Mann-Whitney on latencies in bins, so that a look costs the bins and not the requests. */
class RepeatedMannWhitney implements Detector {
  readonly name = 'repeated Mann-Whitney';
  readonly #bins = new Map<number, { stable: number; canary: number }>();

  record(isCanary: boolean, latencyMs: number): void {
    const index = Math.floor(Math.log(latencyMs) / binWidth);
    let bin = this.#bins.get(index);
    if (bin === undefined) this.#bins.set(index, (bin = { stable: 0, canary: 0 }));
    bin[isCanary ? 'canary' : 'stable'] += 1;
  }

  alarms(): boolean {
    const bins = [...this.#bins].sort(([a], [b]) => a - b).map(([, counts]) => counts);
    return mannWhitneyOfBins(bins) < level;
  }
}

/**
 * The one-sided p-value of Mann-Whitney (normal approximation with tie and continuity correction)
 * from counts in rising bins, against "the canary's values are larger". 1 under 20 values an arm.
 */
export function mannWhitneyOfBins(
  bins: readonly { readonly stable: number; readonly canary: number }[],
): number {
  let stable = 0;
  let canary = 0;
  let u = 0;
  let ties = 0;
  for (const bin of bins) {
    u += bin.canary * (stable + bin.stable / 2);
    stable += bin.stable;
    canary += bin.canary;
    const tied = bin.stable + bin.canary;
    ties += tied ** 3 - tied;
  }
  if (Math.min(stable, canary) < fewest) return 1;
  const total = stable + canary;
  const variance = ((stable * canary) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (variance <= 0) return 1;
  return normalCdf(-(u - (stable * canary) / 2 - 0.5) / Math.sqrt(variance));
}

/** R2's kind of rule: a fixed number of the canary's errors, whatever stable does. */
class ErrorThreshold implements Detector {
  readonly name = 'more than 5 errors';
  #errors = 0;

  record(isCanary: boolean, _latencyMs: number, failed: boolean): void {
    if (isCanary && failed) this.#errors += 1;
  }

  alarms(): boolean {
    return this.#errors > 5;
  }
}
