import { requireFinite } from './require.js';

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
 * of 10¹² with a spread of 1 keeps its digits. The caller has checked that the value is finite.
 */
export function addToMoments(moments: Moments, value: number): void {
  moments.count += 1;
  const before = value - moments.mean;
  moments.mean += before / moments.count;
  moments.squares += before * (value - moments.mean);
}

/** The moments of two samples put together. Chan, Golub, LeVeque 1979, equations 2.1. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const count = a.count + b.count;
  if (a.count === 0 || b.count === 0) return { ...(a.count === 0 ? b : a) };
  const difference = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (difference * b.count) / count,
    squares: a.squares + b.squares + (difference * difference * a.count * b.count) / count,
  };
}

/** The sample variance, with n − 1; 0 for a sample of one or none. */
export function sampleVariance(moments: Moments): number {
  return moments.count < 2 ? 0 : Math.max(0, moments.squares) / (moments.count - 1);
}

/**
 * The moments of a list.
 * @throws SerinError `invalid-statistics-input` when a value is not finite
 */
export function momentsOf(values: readonly number[]): Moments {
  const moments = noMoments();
  for (const value of values) {
    requireFinite(value, 'every value');
    addToMoments(moments, value);
  }
  return moments;
}
