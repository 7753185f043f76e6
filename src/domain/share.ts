import { SerinError } from './errors.js';

/** A share of traffic or of requests, from 0 to 1. */
export type Share = number & { readonly __brand: 'Share' };

/** A share in percent, from 0 to 100; fractions are allowed. */
export type Percent = number & { readonly __brand: 'Percent' };

/**
 * Checks a percentage.
 * @param percent 0 to 100, fractions allowed
 * @throws SerinError `weight-out-of-range` when it is not a number from 0 to 100
 */
export function toPercent(percent: number): Percent {
  if (!(percent >= 0 && percent <= 100)) {
    throw new SerinError('weight-out-of-range', {
      expected: 'a number from 0 to 100',
      found: String(percent),
    });
  }
  return percent as Percent;
}

/** Percent (0 to 100) as a share (0 to 1). */
export function toShare(percent: Percent): Share {
  return (percent / 100) as Share;
}
