import { elementCount, type Tensor } from '../../../domain/tensor.js';
import type { PredictionSpec } from '../../../domain/version.js';
import { elementsJson, nestedJson, type WideIntegers } from '../json/write-elements.js';
import { labelAt, largestOf } from '../prediction.js';

/** As /predict takes them in requests, so that an answer can be sent back as an input. */
export const wideIntegers: WideIntegers = 'strings';

/**
 * The prediction as fields of a JSON object, without braces.
 * @param rowShape of one row of the output
 * @param manyRows lists of values under plural names, or the first row's under singular ones
 * @throws SerinError `output-not-finite`, `output-not-text`
 */
export function predictionJson(
  output: Tensor,
  rowShape: readonly number[],
  spec: PredictionSpec,
  manyRows: boolean,
): string {
  const stride = elementCount(rowShape);
  const field = (one: string, many: string, valueOf: (from: number) => string): string => {
    if (!manyRows) return `"${one}":${valueOf(0)}`;
    let list = '';
    for (let from = 0; from < output.data.length; from += stride) {
      list += from === 0 ? valueOf(from) : `,${valueOf(from)}`;
    }
    return `"${many}":[${list}]`;
  };
  const value = (from: number): string =>
    stride === 1
      ? elementsJson(output, from, from + 1, wideIntegers)
      : nestedJson(output, rowShape, from, wideIntegers);
  switch (spec.kind) {
    case 'score':
      return field('prediction', 'predictions', value);
    case 'probability':
      return `${field('prediction', 'predictions', value)},${field('probability', 'probabilities', value)}`;
    case 'classes': {
      const scores = field('scores', 'scores', (from) => scoresJson(output, from, stride, spec));
      const classes = field('prediction', 'predictions', (from) =>
        String(largestOf(output, from, stride)),
      );
      if (spec.labels.length === 0) return `${classes},${scores}`;
      const labels = field('label', 'labels', (from) =>
        JSON.stringify(labelOf(largestOf(output, from, stride), spec)),
      );
      return `${classes},${labels},${scores}`;
    }
    case 'label': {
      const predictions = field('prediction', 'predictions', value);
      if (spec.labels.length === 0) return predictions;
      const labels = field('label', 'labels', (from) =>
        JSON.stringify(labelAt(output, from, spec.labels)),
      );
      return `${predictions},${labels}`;
    }
  }
}

/** By label where every class has one of its own, else as a list. */
function scoresJson(
  output: Tensor,
  from: number,
  count: number,
  { labels }: PredictionSpec,
): string {
  if (labels.length !== count || new Set(labels).size !== count) {
    return `[${elementsJson(output, from, from + count, wideIntegers)}]`;
  }
  const scores = labels.map(
    (label, i) =>
      `${JSON.stringify(label)}:${elementsJson(output, from + i, from + i + 1, wideIntegers)}`,
  );
  return `{${scores.join(',')}}`;
}

function labelOf(index: number, { labels }: PredictionSpec): string {
  return labels[index] ?? String(index);
}
