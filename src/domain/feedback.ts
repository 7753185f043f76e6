/**
 * How answers are compared once it is known how good they were. `accuracy`: the share that was
 * right. `log-loss`: −ln of the probability that was given to what was true. `score`: what somebody
 * gives, higher is better. `labelled-pairs`: of inputs that both arms answered, how often one of
 * them alone was wrong.
 */
export const FeedbackMeasure = {
  Accuracy: 'accuracy',
  LogLoss: 'log-loss',
  Score: 'score',
  LabelledPairs: 'labelled-pairs',
} as const;
export type FeedbackMeasure = (typeof FeedbackMeasure)[keyof typeof FeedbackMeasure];
