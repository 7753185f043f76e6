import { Arm } from '../domain/arm.js';
import { SerinError } from '../domain/errors.js';
import { FeedbackMeasure } from '../domain/feedback.js';
import type { Prediction } from '../domain/observation.js';
import { isClass, type ClassNames, type Label } from './true-class.js';

/** The measures that value one answer by itself. */
type MeasureOfOne = Exclude<FeedbackMeasure, 'labelled-pairs'>;

/** What somebody says of an answer: the true label, or how good it was. */
export interface Feedback {
  readonly label?: Label;
  readonly score?: number;
}

/** No prediction is that sure: one wrong answer must not outweigh a thousand right ones. */
const surest = 1e-6;

/**
 * What the judge counts: 1 or 0 for accuracy, −ln of the probability given to the true label for
 * log-loss (Good 1952), the score itself otherwise.
 * @param names of the classes: a probability is that of the second of the arm that answered
 * @throws SerinError `invalid-request` when the measure cannot be taken from what was said
 */
export function feedbackValue(
  measure: MeasureOfOne,
  { label, score }: Feedback,
  prediction: Prediction | undefined,
  names: ClassNames,
  arm: Arm,
): number {
  if (measure === FeedbackMeasure.Score) {
    if (score === undefined) throw unfit('"score", as this model is judged by one', 'none');
    return score;
  }
  if (label === undefined) throw unfit(`"label", as this model is judged by ${measure}`, 'none');
  if (prediction === undefined) throw unfit('an answer with a prediction', 'none');
  if (measure === FeedbackMeasure.LogLoss) {
    const probability = probabilityOf(prediction, truthOf(label, names[arm]));
    return -Math.log(Math.min(1 - surest, Math.max(surest, probability)));
  }
  return isRight(prediction, label, names, arm) ? 1 : 0;
}

/**
 * Whether each arm's answer to one input was right.
 * @throws SerinError `invalid-request` where there is no label, or not two answers
 */
export function rightOfPair(
  { label }: Feedback,
  stable: Prediction | undefined,
  canary: Prediction | undefined,
  names: ClassNames,
): { readonly stable: boolean; readonly canary: boolean } {
  if (label === undefined)
    throw unfit('"label", as this model is judged by labelled pairs', 'none');
  if (stable === undefined || canary === undefined) {
    const expected =
      'a request of a shadow step that both arms answered, as this model is judged by labelled pairs';
    throw unfit(expected, 'one with the answer of one arm');
  }
  return {
    stable: isRight(stable, label, names, Arm.Stable),
    canary: isRight(canary, label, names, Arm.Canary),
  };
}

function isRight(prediction: Prediction, label: Label, names: ClassNames, arm: Arm): boolean {
  if (prediction.kind === 'class') return isClass(prediction.label, label, names, arm);
  return prediction.value >= 0.5 === truthOf(label, names[arm]);
}

function probabilityOf(prediction: Prediction, truth: boolean): number {
  if (prediction.kind === 'class' || prediction.value < 0 || prediction.value > 1) {
    throw unfit('a model that answers with a probability', 'another kind of answer');
  }
  return truth ? prediction.value : 1 - prediction.value;
}

/** Whether the label is the class whose probability the model gives. */
function truthOf(label: Label, labels: readonly string[]): boolean {
  if (label === true || label === 1 || label === '1' || label === 'true') return true;
  if (label === false || label === 0 || label === '0' || label === 'false') return false;
  const position = labels.indexOf(String(label));
  if (position === 0 || position === 1) return position === 1;
  const known = labels.length === 2 ? labels.map((name) => JSON.stringify(name)) : [];
  throw unfit(['0', '1', 'true', 'false', ...known].join(', '), JSON.stringify(label));
}

function unfit(expected: string, found: string): SerinError {
  return new SerinError('invalid-request', { expected, found });
}
