import studentCdf from '@stdlib/stats-base-dists-t-cdf';
import studentQuantile from '@stdlib/stats-base-dists-t-quantile';
import { momentsOf, sampleVariance, type Moments } from './moments.js';
import { requireFinite, requireSample, refuse } from './require.js';

/** Welch's t-test, canary minus stable: valid for one look, planned beforehand. */
export interface WelchResult {
  /** ±Infinity when both arms are constant and differ. */
  readonly t: number;
  readonly degreesOfFreedom: number;
  /** Mean of the canary minus mean of stable. */
  readonly difference: number;
  readonly standardError: number;
  readonly pTwoSided: number;
  /** Against "the canary's mean is larger". */
  readonly pGreater: number;
  readonly pLess: number;
  /** 95% confidence interval of the difference. */
  readonly interval95: readonly [number, number];
  /** 95% one-sided bounds of the difference. */
  readonly lower95: number;
  readonly upper95: number;
  /** Both arms are constant, so that the test is a comparison of two numbers. */
  readonly degenerate: boolean;
}

/**
 * Welch's t-test on two samples. Welch 1947; degrees of freedom by Satterthwaite 1946.
 * @param canary at least two finite values
 * @param stable at least two finite values
 * @throws SerinError `invalid-statistics-input` for fewer values, or ones that are not finite
 */
export function welchTest(canary: readonly number[], stable: readonly number[]): WelchResult {
  requireSample(canary, 2, 'canary');
  requireSample(stable, 2, 'stable');
  // The test does not change when both arms move together, and near 0 no digit is lost: values
  // around 10¹² would leave their means with four digits behind the point.
  const origin = stable[0] ?? 0;
  const moved = (values: readonly number[]): number[] => values.map((value) => value - origin);
  return welchTestOfMoments(momentsOf(moved(canary)), momentsOf(moved(stable)));
}

/**
 * Welch's t-test on moments that were gathered while the requests came in.
 * @throws SerinError `invalid-statistics-input` for fewer than two values an arm, or an overflow
 */
export function welchTestOfMoments(canary: Moments, stable: Moments): WelchResult {
  if (canary.count < 2 || stable.count < 2) {
    refuse('at least 2 values an arm', Math.min(canary.count, stable.count));
  }
  const canarySquare = sampleVariance(canary) / canary.count;
  const stableSquare = sampleVariance(stable) / stable.count;
  const difference = canary.mean - stable.mean;
  const standardError = Math.sqrt(canarySquare + stableSquare);
  requireFinite(difference, 'the difference of the means');
  requireFinite(standardError, 'the standard error');
  if (standardError === 0) return bothConstant(canary, stable, difference);
  // Shares of the variance, not the variances: those of values around 10¹⁵⁰ overflow when squared.
  const canaryShare = canarySquare / (canarySquare + stableSquare);
  const stableShare = stableSquare / (canarySquare + stableSquare);
  const degreesOfFreedom =
    1 / (canaryShare ** 2 / (canary.count - 1) + stableShare ** 2 / (stable.count - 1));
  const t = difference / standardError;
  const twoSided = studentQuantile(0.975, degreesOfFreedom) * standardError;
  const oneSided = studentQuantile(0.95, degreesOfFreedom) * standardError;
  return {
    t,
    degreesOfFreedom,
    difference,
    standardError,
    pTwoSided: Math.min(1, 2 * studentCdf(-Math.abs(t), degreesOfFreedom)),
    pGreater: studentCdf(-t, degreesOfFreedom),
    pLess: studentCdf(t, degreesOfFreedom),
    interval95: [difference - twoSided, difference + twoSided],
    lower95: difference - oneSided,
    upper95: difference + oneSided,
    degenerate: false,
  };
}

function bothConstant(canary: Moments, stable: Moments, difference: number): WelchResult {
  const sign = Math.sign(difference);
  return {
    t: sign === 0 ? 0 : sign * Infinity,
    degreesOfFreedom: canary.count + stable.count - 2,
    difference,
    standardError: 0,
    pTwoSided: sign === 0 ? 1 : 0,
    pGreater: (1 - sign) / 2,
    pLess: (1 + sign) / 2,
    interval95: [difference, difference],
    lower95: difference,
    upper95: difference,
    degenerate: true,
  };
}
