import normal from '@stdlib/stats-base-dists-normal';

/** Φ(z): the chance that a standard normal number is at most z. */
export function normalCdf(z: number): number {
  return normal.cdf(z, 0, 1);
}

/** ln Φ(z), exact far into the left tail, where Φ itself is 0 in floating point. */
export function logNormalCdf(z: number): number {
  return normal.logcdf(z, 0, 1);
}

/** The z below which a standard normal number lies with this probability. */
export function normalQuantile(probability: number): number {
  return normal.quantile(probability, 0, 1);
}

/** The density of the standard normal distribution at z. */
export function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}
