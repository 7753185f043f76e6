import studentQuantile from '@stdlib/stats-base-dists-t-quantile';
import { noncentralTCdf } from './noncentral-t.js';
import { requireBetween, requireWithin } from './require.js';

/** How many values an arm a two-sided t-test needs. */
export interface TTestSize {
  /** The size at which the power is met exactly, as a fraction. */
  readonly exact: number;
  /** `exact` rounded to the nearest whole: what R1 answers (36 for 0.666, 0.05, 0.8). */
  readonly nearest: number;
  /** The smallest whole size with at least the power asked for. */
  readonly enough: number;
}

/**
 * The power of a two-sided two-sample t-test with equal arms: the chance that the noncentral t falls
 * beyond either critical value (Cohen 1988, section 2.2).
 * @param effectSize Cohen's d: the difference of the means in standard deviations
 * @param sizePerArm at least 2, as an arm of one has no variance; fractions allowed
 * @throws SerinError `invalid-statistics-input`
 */
export function tTestPower(effectSize: number, sizePerArm: number, alpha: number): number {
  requireWithin(effectSize, 0, 100, 'an effect size');
  requireWithin(sizePerArm, 2, 1e11, 'a size of an arm');
  requireBetween(alpha, 0, 1, 'alpha');
  const degreesOfFreedom = 2 * sizePerArm - 2;
  const noncentrality = effectSize * Math.sqrt(sizePerArm / 2);
  // By the lower tail: 1 − α/2 would lose the digits of a small α.
  const critical = -studentQuantile(alpha / 2, degreesOfFreedom);
  return (
    1 -
    noncentralTCdf(critical, degreesOfFreedom, noncentrality) +
    noncentralTCdf(-critical, degreesOfFreedom, noncentrality)
  );
}

/**
 * The size of an arm with which a two-sided two-sample t-test has a power.
 * @param effectSize Cohen's d, at least 0.001: below that no size in reach is enough
 * @param power above alpha, below 1
 * @throws SerinError `invalid-statistics-input`
 */
export function tTestSize(effectSize: number, alpha: number, power: number): TTestSize {
  requireWithin(effectSize, 0.001, 100, 'an effect size');
  requireBetween(alpha, 0, 1, 'alpha');
  requireBetween(power, alpha, 1, 'power');
  let low = 2;
  let high = 2;
  while (tTestPower(effectSize, high, alpha) < power) {
    low = high;
    high *= 2;
  }
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2;
    if (tTestPower(effectSize, middle, alpha) < power) low = middle;
    else high = middle;
  }
  return { exact: high, nearest: Math.round(high), enough: Math.ceil(high - 1e-6) };
}
