import type { Judge } from '../analysis/judge.js';
import { Arm } from '../domain/arm.js';
import { FeedbackMeasure } from '../domain/feedback.js';
import type { RememberedAnswer } from './remembered-answer.js';
import { feedbackValue, rightOfPair, type Feedback } from './feedback-value.js';
import type { ClassNames } from './true-class.js';

/**
 * Hands the judge what was said of an answer, in the step in which it was given. Where the canary
 * was sent a copy, a label tells of both arms' answers; a score is about the one that a user had.
 * @throws SerinError when what was said does not fit the judge's measure; nothing is counted then
 */
export function countFeedback(
  judge: Judge,
  measure: FeedbackMeasure,
  { arm, prediction, copy, step }: RememberedAnswer,
  said: Feedback,
  names: ClassNames,
): void {
  if (measure === FeedbackMeasure.LabelledPairs) {
    const right = rightOfPair(said, prediction, copy, names);
    judge.recordLabelledPair(right.stable, right.canary, step);
    return;
  }
  const value = feedbackValue(measure, said, prediction, names, arm);
  const tellsOfCopy = copy !== undefined && measure !== FeedbackMeasure.Score;
  const valueOfCopy = tellsOfCopy
    ? feedbackValue(measure, said, copy, names, Arm.Canary)
    : undefined;
  judge.recordFeedback(arm, value, step);
  if (valueOfCopy !== undefined) judge.recordFeedback(Arm.Canary, valueOfCopy, step);
}
