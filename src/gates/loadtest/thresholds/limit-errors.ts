import { parseThreshold } from './parse-threshold.js';
import type { Threshold } from './threshold.js';

/** What holds where nothing is said of errors: a server that fails one time in 200 must not pass. */
export const defaultErrors = 'errors<0.1%';

/** These thresholds, and the one on errors where none of them is. */
export function limitErrors(thresholds: readonly Threshold[]): readonly Threshold[] {
  const limited = thresholds.some(({ metric }) => metric.kind.startsWith('error'));
  return limited ? thresholds : [...thresholds, parseThreshold(defaultErrors)];
}
