import { welchTest } from '../../../stats/welch.js';
import { writeInterval, writeNumber } from '../../report/quantity.js';
import type { Finding, Measurement, RatioEstimate } from '../../report/report.js';
import type { Expectations } from '../expectations.js';
import { finding } from '../finding.js';

/** How long requests of one kind took. */
export interface Timed {
  /** `1 row`, `64 rows`, or `one request` where requests have no rows. */
  readonly what: string;
  readonly isSingle: boolean;
  readonly candidateMs: readonly number[];
  /** Empty without stable. */
  readonly stableMs: readonly number[];
}

/** Below so many pairs nothing is said of a ratio. */
export const fewestPairs = 8;

/** What is wrong with how long a model takes, by itself and in times of stable's. */
export function latencyFindings(
  timed: Timed,
  { maxSlowdown, maxLatencyMs }: Pick<Expectations, 'maxSlowdown' | 'maxLatencyMs'>,
): Finding[] {
  const findings: Finding[] = [];
  const ratio = ratioOf(timed);
  if (ratio !== undefined && ratio.low > maxSlowdown) {
    findings.push(
      finding('latency-slower', `slower than stable with ${timed.what}`, {
        expected: `at most ${writeNumber(maxSlowdown)} times stable's ${ms(quantile(timed.stableMs, 0.5))}`,
        found: `${writeInterval(ratio)}: ${ms(quantile(timed.candidateMs, 0.5))}`,
      }),
    );
  }
  const p99 = quantile(timed.candidateMs, 0.99);
  if (maxLatencyMs !== undefined && timed.isSingle && p99 > maxLatencyMs) {
    findings.push(
      finding('latency-over-limit', `${timed.what} takes too long`, {
        expected: `99 of 100 within ${ms(maxLatencyMs)}`,
        found: ms(p99),
      }),
    );
  }
  return findings;
}

/**
 * The ratio of typical latencies with its 95% interval: Welch's test on their logarithms, whose
 * difference is the logarithm of the ratio of the geometric means.
 */
function ratioOf({ candidateMs, stableMs }: Timed): RatioEstimate | undefined {
  if (Math.min(candidateMs.length, stableMs.length) < fewestPairs) return undefined;
  const { difference, interval95 } = welchTest(candidateMs.map(Math.log), stableMs.map(Math.log));
  const [low, high] = interval95;
  return {
    estimate: Math.exp(difference),
    low: Math.exp(low),
    high: Math.exp(high),
    confidence: 0.95,
  };
}

/** Quantiles of both, in milliseconds, and the ratio of what is typical. */
export function measurementsOf(timed: Timed): Measurement[] {
  const ratio = ratioOf(timed);
  return [0.5, 0.9, 0.99].map((share) => ({
    name: `latency p${share * 100}, ${timed.what}`,
    unit: 'ms',
    value: quantile(timed.candidateMs, share),
    ...(timed.stableMs.length === 0 ? {} : { stable: quantile(timed.stableMs, share) }),
    // It is of the typical latency, not of a tail.
    ...(ratio === undefined || share !== 0.5 ? {} : { ratio }),
  }));
}

/** `0.25 ms for 1 row, 0.99 times (0.91 to 1.07) stable's` */
export function timedInWords(timed: Timed): string {
  const ratio = ratioOf(timed);
  const against = ratio === undefined ? '' : `, ${writeInterval(ratio)} stable's`;
  return `${ms(quantile(timed.candidateMs, 0.5))} for ${timed.what}${against}`;
}

function ms(value: number): string {
  return `${writeNumber(value)} ms`;
}

/** The value below which a share of the sample lies; the larger of two neighbours. */
function quantile(sample: readonly number[], share: number): number {
  const sorted = Float64Array.from(sample).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}
