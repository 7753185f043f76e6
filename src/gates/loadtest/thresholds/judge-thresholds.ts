import type { Tally } from '../results/tally.js';
import { keeps, type Threshold } from './threshold.js';

/** A threshold with what was measured. */
export interface JudgedThreshold {
  readonly threshold: Threshold;
  /** In the unit of its limit; null: there was nothing to measure. */
  readonly value: number | null;
  readonly kept: boolean;
  /**
   * Of a percentile: the same from when requests were really sent, in milliseconds. Where it is much
   * less, the others waited for a connection, or for the load generator.
   */
  readonly sinceSentMs: number | null;
  /**
   * Requests above a percentile that its value rests on; null for other metrics. Of ten, every
   * single one moves it.
   */
  readonly restsOn: number | null;
}

/**
 * Compares a tally with thresholds. Where nothing was measured none is kept.
 * @param seconds that the measurement lasted
 */
export function judgeThresholds(
  thresholds: readonly Threshold[],
  tally: Tally,
  seconds: number,
): JudgedThreshold[] {
  return thresholds.map((threshold) => {
    const value = measured(threshold, tally, seconds) ?? null;
    const { metric } = threshold;
    return {
      threshold,
      value,
      sinceSentMs:
        metric.kind === 'quantile' ? (tally.service.quantile(metric.share) ?? null) : null,
      kept: value !== null && keeps(threshold, value),
      restsOn:
        metric.kind === 'quantile' ? Math.round((1 - metric.share) * tally.latency.count) : null,
    };
  });
}

function measured({ metric }: Threshold, tally: Tally, seconds: number): number | undefined {
  const { latency, requests, failed } = tally;
  if (requests === 0) return undefined;
  switch (metric.kind) {
    case 'quantile':
      return latency.quantile(metric.share);
    case 'mean':
      return latency.count === 0 ? undefined : tally.latencySum / latency.count;
    case 'max':
      return latency.count === 0 ? undefined : tally.maxMs;
    case 'error-share':
      return failed / requests;
    case 'error-count':
      return failed;
    case 'rps':
      return tally.goodInTime / seconds;
  }
}
