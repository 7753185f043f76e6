import type { QuantileSketch } from '../../../stats/sketch.js';

/** Latencies in a few numbers, in milliseconds; percentiles are right to 1%. */
export interface Latencies {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** @returns null of an empty sketch */
export function latenciesOf(sketch: QuantileSketch, sum: number): Latencies | null {
  if (sketch.count === 0) return null;
  const at = (share: number): number => sketch.quantile(share) ?? 0;
  return {
    mean: sum / sketch.count,
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
  };
}

/** The shares whose latencies draw the whole distribution: 0, then 9 points to every further nine. */
const curveShares = [
  ...Array.from({ length: 10 }, (_, i) => i / 10),
  ...[1, 2, 3, 4].flatMap((nines) =>
    Array.from({ length: 9 }, (_, i) => 1 - (9 - i) / 10 ** (nines + 1)),
  ),
];

/**
 * The distribution as share and latency in milliseconds, only as far as requests reach: of 1,000
 * requests nothing is known of the 99.99th percentile.
 */
export function percentileCurve(sketch: QuantileSketch): (readonly [share: number, ms: number])[] {
  return curveShares
    .filter((share) => (1 - share) * sketch.count >= 1)
    .map((share) => [share, sketch.quantile(share) ?? 0] as const);
}
