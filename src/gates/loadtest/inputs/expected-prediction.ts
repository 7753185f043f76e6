import type { PredictionSpec } from '../../../domain/version.js';

/**
 * What `/predict` answers to one row whose outputs are known (docs/reference/predict.md): the
 * prediction in the form of its kind, and the other outputs by name.
 * @param outputs some of the model's outputs, one row each, nested as their shape is
 */
export function expectedPrediction(
  outputs: Readonly<Record<string, unknown>>,
  spec: PredictionSpec,
): Readonly<Record<string, unknown>> {
  const others = Object.entries(outputs).filter(([name]) => name !== spec.output);
  return {
    ...(spec.output in outputs ? predictionFields(outputs[spec.output], spec) : {}),
    ...(others.length === 0 ? {} : { outputs: Object.fromEntries(others) }),
  };
}

function predictionFields(
  output: unknown,
  { kind, labels }: PredictionSpec,
): Record<string, unknown> {
  const elements = Array.isArray(output) ? (output.flat(Infinity) as unknown[]) : [output];
  const value = elements.length === 1 ? elements[0] : output;
  switch (kind) {
    // A probability is `probability` in Serin's answers, too; other servers know `prediction` alone.
    case 'probability':
    case 'score':
    case 'label':
      return { prediction: value };
    case 'classes': {
      const scores = elements as number[];
      const named = labels.length === scores.length && new Set(labels).size === scores.length;
      return {
        prediction: scores.indexOf(Math.max(...scores)),
        scores: named ? Object.fromEntries(labels.map((label, i) => [label, scores[i]])) : scores,
      };
    }
  }
}
