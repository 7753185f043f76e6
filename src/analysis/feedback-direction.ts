import { FeedbackMeasure } from '../domain/feedback.js';

/** Whether a larger value of the measure is the worse one. */
export function largerIsWorse(measure: FeedbackMeasure): boolean {
  return measure === FeedbackMeasure.LogLoss;
}
