import type { FeedbackTolerance } from './judge-settings.js';

/** Whether a larger value of the measure is the worse one. */
export function largerIsWorse(measure: FeedbackTolerance['measure']): boolean {
  return measure === 'log-loss';
}
