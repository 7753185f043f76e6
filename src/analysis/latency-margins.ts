import type { Moments } from '../stats/moments.js';
import type { JudgeSettings } from './judge-settings.js';

/**
 * What a step's buckets tolerate together: w is a bucket's weight, as in `MeanSums`, and each margin
 * is summed with it. Without `latencyToleranceMs` it is the same in every bucket.
 */
export interface MarginSums {
  w: number;
  wHarm: number;
  wSafe: number;
}

/** How much slower a canary may be on the logarithm, from one step on: average over the buckets. */
export interface LatencyMargins {
  readonly harm: number;
  readonly safe: number;
}

export function noMarginSums(): MarginSums {
  return { w: 0, wHarm: 0, wSafe: 0 };
}

/**
 * The larger of a relative tolerance and an absolute one, on the logarithm.
 * @param logLatency of stable, in milliseconds
 */
export function logMargin(tolerance: number, toleranceMs: number, logLatency: number): number {
  return Math.log1p(Math.max(tolerance, toleranceMs * Math.exp(-logLatency)));
}

/**
 * Adds the margins of one closed bucket, in place, from stable's latency in it. A bucket in which
 * stable was fast by chance tolerates more by as much as the canary seems slower: what is tested,
 * difference less margin, varies less than Engine A grants it.
 */
export function addMarginBucket(
  sums: MarginSums,
  { latencyToleranceMs, checks }: JudgeSettings,
  canary: Moments,
  stable: Moments,
): void {
  if (canary.count < 2 || stable.count < 2) return;
  const w = (canary.count * stable.count) / (canary.count + stable.count);
  const { tolerance = 0, gate = 0 } = checks.latencyMean ?? {};
  sums.w += w;
  sums.wHarm += w * logMargin(tolerance, latencyToleranceMs, stable.mean);
  sums.wSafe += w * logMargin(gate ?? 0, latencyToleranceMs, stable.mean);
}

/** The margins of the buckets from each step on; where there is none yet, they are not asked for. */
export function marginsFromEachStep(steps: readonly MarginSums[]): LatencyMargins[] {
  const total = noMarginSums();
  const margins = new Array<LatencyMargins>(steps.length);
  for (let k = steps.length - 1; k >= 0; k -= 1) {
    const step = steps[k];
    total.w += step?.w ?? 0;
    total.wHarm += step?.wHarm ?? 0;
    total.wSafe += step?.wSafe ?? 0;
    margins[k] =
      total.w === 0
        ? { harm: 0, safe: 0 }
        : { harm: total.wHarm / total.w, safe: total.wSafe / total.w };
  }
  return margins;
}
