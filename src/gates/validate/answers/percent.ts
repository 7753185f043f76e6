import { writeNumber } from '../../report/quantity.js';

/** A share, 0 to 1, as people read it: `97.5%`. */
export function writePercent(share: number): string {
  return `${writeNumber(Math.round(1000 * share) / 10)}%`;
}
