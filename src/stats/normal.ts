import cdf from '@stdlib/stats-base-dists-normal-cdf';
import logCdf from '@stdlib/stats-base-dists-normal-logcdf';
import quantile from '@stdlib/stats-base-dists-normal-quantile';
import { requireFinite, requireNumber, requireWithin } from './require.js';

/**
 * Φ(z): the chance that a standard normal number is at most z, which may be infinite.
 * @throws SerinError `invalid-statistics-input` when z is no number
 */
export function normalCdf(z: number): number {
  requireNumber(z, 'a standard normal number');
  return cdf(z, 0, 1);
}

/**
 * ln Φ(z), exact far into the left tail, where Φ itself is 0 in floating point.
 * @throws SerinError `invalid-statistics-input` when z is no number
 */
export function logNormalCdf(z: number): number {
  requireNumber(z, 'a standard normal number');
  return logCdf(z, 0, 1);
}

/**
 * The z below which a standard normal number lies with this probability: −∞ for 0, ∞ for 1.
 * @throws SerinError `invalid-statistics-input` for a probability outside 0 to 1
 */
export function normalQuantile(probability: number): number {
  requireWithin(probability, 0, 1, 'a probability');
  return quantile(probability, 0, 1);
}

/**
 * The density of the standard normal distribution at z.
 * @throws SerinError `invalid-statistics-input` when z is not finite
 */
export function normalDensity(z: number): number {
  requireFinite(z, 'a standard normal number');
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}
