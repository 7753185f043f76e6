import type { Prediction } from '../../domain/observation.js';
import { elementCount, type Tensor } from '../../domain/tensor.js';
import type { PredictionSpec } from '../../domain/version.js';
import { isUtf8 } from 'node:buffer';
import { fromBf16Bits, fromFp16Bits } from './elements/small-float.js';
import { typed } from './elements/typed-tensor.js';

/**
 * What the judge sees of an answer: the first row's prediction.
 * @param outputs one tensor for every output of the signature
 * @returns undefined where there is none to compare: the output is missing or empty, or holds
 * something that is not finite, or text where a number belongs
 */
export function predictionOf(
  outputs: readonly Tensor[],
  spec: PredictionSpec,
): Prediction | undefined {
  const output = predictionOutput(outputs, spec);
  if (output === undefined || output.data.length === 0) return undefined;
  switch (spec.kind) {
    case 'probability':
    case 'score': {
      const value = numberAt(output, 0);
      return Number.isFinite(value) ? { kind: 'score', value } : undefined;
    }
    case 'classes': {
      const index = largestOf(output, 0, classCount(output));
      return index === -1 ? undefined : { kind: 'class', label: spec.labels[index] ?? `${index}` };
    }
    case 'label': {
      const label = labelAt(output, 0, spec.labels);
      return label === undefined ? undefined : { kind: 'class', label };
    }
  }
}

/** The output that is the prediction. */
export function predictionOutput(
  outputs: readonly Tensor[],
  spec: PredictionSpec,
): Tensor | undefined {
  return outputs.find((output) => output.name === spec.output);
}

/**
 * The position of the largest of `count` numbers from `from` on, the first of equals.
 * @returns −1 when one of them is NaN, or there are none
 */
export function largestOf(output: Tensor, from: number, count: number): number {
  let largest = -1;
  let most = NaN;
  for (let i = 0; i < count; i++) {
    const value = numberAt(output, from + i);
    if (Number.isNaN(value)) return -1;
    if (largest === -1 || value > most) {
      largest = i;
      most = value;
    }
  }
  return largest;
}

/**
 * The class that an element holds, by its name where it has one.
 * @returns undefined when it is neither text nor a finite number
 */
export function labelAt(
  output: Tensor,
  index: number,
  labels: readonly string[],
): string | undefined {
  const tensor = typed(output);
  if (tensor.datatype === 'BYTES') {
    const bytes = tensor.data[index];
    return bytes !== undefined && isUtf8(bytes) ? Buffer.from(bytes).toString() : undefined;
  }
  if (tensor.datatype === 'INT64' || tensor.datatype === 'UINT64') {
    return labels[Number(tensor.data[index])] ?? String(tensor.data[index]);
  }
  const value = numberAt(output, index);
  if (!Number.isFinite(value)) return undefined;
  return labels[value] ?? String(tensor.datatype === 'BOOL' ? value === 1 : value);
}

/** How many classes a row has; an output of one dimension is one row. */
function classCount({ shape, data }: Tensor): number {
  return shape.length <= 1 ? data.length : elementCount(shape.slice(1));
}

/** NaN where it is no number. */
function numberAt(output: Tensor, index: number): number {
  const tensor = typed(output);
  switch (tensor.datatype) {
    case 'FP16':
      return fromFp16Bits(tensor.data[index] ?? NaN);
    case 'BF16':
      return fromBf16Bits(tensor.data[index] ?? NaN);
    case 'UINT64':
    case 'INT64':
      return Number(tensor.data[index]);
    case 'BYTES':
      return NaN;
    case 'BOOL':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'FP32':
    case 'FP64':
      return tensor.data[index] ?? NaN;
  }
}
