import { requireCount, requireFinite } from './require.js';

/** Count, mean and sum of squared deviations of a sample: all that a variance needs. */
export interface Moments {
  count: number;
  mean: number;
  /** Σ(x − mean)² */
  squares: number;
}

/** The moments of nothing yet. */
export function noMoments(): Moments {
  return { count: 0, mean: 0, squares: 0 };
}

/**
 * Adds one value, in place. Welford 1962: squares of raw values never meet each other, so a mean
 * of 10¹² with a spread of 1 keeps its digits.
 * @throws SerinError `invalid-statistics-input` when the value is not finite; nothing is added then
 */
export function addToMoments(moments: Moments, value: number): void {
  requireFinite(value, 'every value');
  moments.count += 1;
  const before = value - moments.mean;
  moments.mean += before / moments.count;
  moments.squares += before * (value - moments.mean);
}

/**
 * The moments of two samples put together. Chan, Golub, LeVeque 1979, equations 2.1.
 * @throws SerinError `invalid-statistics-input` when those of one of them are not finite
 */
export function mergeMoments(a: Moments, b: Moments): Moments {
  requireMoments(a);
  requireMoments(b);
  const count = a.count + b.count;
  if (a.count === 0 || b.count === 0) return { ...(a.count === 0 ? b : a) };
  const difference = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (difference * b.count) / count,
    squares: a.squares + b.squares + (difference * difference * a.count * b.count) / count,
  };
}

/**
 * The sample variance, with n − 1; 0 for a sample of one or none.
 * @throws SerinError `invalid-statistics-input` for moments that are not finite: values beyond 10¹⁵⁰
 *   overflow when they are squared
 */
export function sampleVariance(moments: Moments): number {
  requireMoments(moments);
  return moments.count < 2 ? 0 : Math.max(0, moments.squares) / (moments.count - 1);
}

/**
 * The moments of a list.
 * @throws SerinError `invalid-statistics-input` when a value is not finite
 */
export function momentsOf(values: readonly number[]): Moments {
  const moments = noMoments();
  for (const value of values) addToMoments(moments, value);
  return moments;
}

function requireMoments({ count, mean, squares }: Moments): void {
  requireCount(count, 'how many values there are');
  requireFinite(mean, 'a mean');
  requireFinite(squares, 'a sum of squares');
}
