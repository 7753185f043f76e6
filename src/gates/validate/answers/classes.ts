import type { Tensor } from '../../../domain/tensor.js';
import type { PredictionSpec } from '../../../domain/version.js';
import { labelAt, largestOf } from '../../../serving/protocols/prediction.js';
import { numbersOf, perRow } from './numbers.js';

/**
 * The class of every row of an output, by its name where it has one: the largest of its numbers, or
 * for a probability the side of one half.
 * @returns undefined where there are no classes: for scores
 */
export function classesOf(output: Tensor, spec: PredictionSpec): readonly string[] | undefined {
  const { labels } = spec;
  const count = classCount(output);
  const rows = count === 0 ? 0 : Math.floor(output.data.length / count);
  switch (spec.kind) {
    case 'probability': {
      const numbers = numbersOf(output);
      return numbers === undefined
        ? undefined
        : Array.from(numbers, (value) => nameOf(value >= 0.5 ? 1 : 0, labels));
    }
    case 'classes':
      return Array.from({ length: rows }, (_, row) =>
        nameOf(largestOf(output, row * count, count), labels),
      );
    case 'label':
      return Array.from(
        { length: output.data.length },
        (_, i) => labelAt(output, i, labels) ?? '?',
      );
    case 'score':
      return undefined;
  }
}

/** How many classes each row has a number for; an output of one dimension is those of one row. */
export function classCount(output: Tensor): number {
  return output.shape.length <= 1 ? output.data.length : perRow(output);
}

function nameOf(index: number, labels: readonly string[]): string {
  return labels[index] ?? String(index);
}
