import { Arm } from '../domain/arm.js';
import type { ModelName, RequestId } from '../domain/ids.js';
import type { Prediction } from '../domain/observation.js';
import type { AnswerBatch } from '../store/judge-states.js';
import type { RememberedAnswer } from './answers-to-judge.js';

/** A class is a string, a score a number. Field names would take more room than what they hold. */
type SavedAnswer = [
  id: RequestId,
  isCanary: 0 | 1,
  step: number,
  judged: 0 | 1,
  prediction: SavedPrediction,
  /** Nothing where the canary was sent no copy. */
  ...copy: SavedPrediction[],
];
type SavedPrediction = string | number | null;

/** Answers as they are saved: some 60 bytes each. */
export function toBatch(answers: ReadonlyMap<RequestId, RememberedAnswer>): AnswerBatch {
  const saved = [...answers].map(([id, { arm, step, judged, prediction, copy }]): SavedAnswer => [
    id,
    arm === Arm.Canary ? 1 : 0,
    step,
    judged ? 1 : 0,
    toSaved(prediction),
    ...(copy === undefined ? [] : [toSaved(copy)]),
  ]);
  return { entries: saved.length, answers: JSON.stringify(saved) };
}

/** @throws SyntaxError for what is no batch */
export function fromBatch(batch: string, model: ModelName): Map<RequestId, RememberedAnswer> {
  const saved = JSON.parse(batch) as SavedAnswer[];
  return new Map(
    saved.map(([id, isCanary, step, judged, prediction, copied]) => {
      const copy = toPrediction(copied ?? null);
      const answer: RememberedAnswer = {
        model,
        arm: isCanary === 1 ? Arm.Canary : Arm.Stable,
        step,
        judged: judged === 1,
        prediction: toPrediction(prediction),
        ...(copy === undefined ? {} : { copy }),
      };
      return [id, answer];
    }),
  );
}

function toSaved(prediction: Prediction | undefined): SavedPrediction {
  if (prediction === undefined) return null;
  return prediction.kind === 'class' ? prediction.label : prediction.value;
}

function toPrediction(saved: SavedPrediction): Prediction | undefined {
  if (saved === null) return undefined;
  return typeof saved === 'string'
    ? { kind: 'class', label: saved }
    : { kind: 'score', value: saved };
}
