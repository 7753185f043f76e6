import type { Tensor, TensorData } from '../domain/tensor.js';
import type { PredictionSpec } from '../domain/version.js';
import {
  fromBf16Bits,
  fromFp16Bits,
  toBf16Bits,
  toFp16Bits,
} from './protocols/elements/small-float.js';
import { typed, type TypedTensor } from './protocols/elements/typed-tensor.js';

/**
 * A tensor of the same datatype and shape of which every element is another one: a bad model's
 * answer looks like an answer. Probabilities become 1 − p, other numbers change their sign or
 * their order, classes become the next one.
 */
export function distorted(output: Tensor, prediction: PredictionSpec): Tensor {
  return { ...output, data: wrongElements(typed(output), prediction) };
}

/** What a model with a broken weight answers; only floating-point outputs can say it. */
export function withoutNumbers(output: Tensor): Tensor {
  const tensor = typed(output);
  switch (tensor.datatype) {
    case 'FP32':
    case 'FP64':
      return { ...tensor, data: tensor.data.slice().fill(NaN) };
    case 'FP16':
      return { ...tensor, data: tensor.data.slice().fill(toFp16Bits(NaN)) };
    case 'BF16':
      return { ...tensor, data: tensor.data.slice().fill(toBf16Bits(NaN)) };
    case 'BOOL':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
    case 'UINT64':
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'INT64':
    case 'BYTES':
      return tensor;
  }
}

function wrongElements(tensor: TypedTensor, prediction: PredictionSpec): TensorData {
  const { labels } = prediction;
  const { kind } = tensor.name === prediction.output ? prediction : { kind: 'label' as const };
  const wrong = (value: number): number => wrongNumber(value, kind);
  // An integer is a class unless it is known to be a score.
  const wrongInteger = (value: number): number =>
    kind === 'label' ? anotherClass(value, labels.length) : ~value;
  const wrongWide = (value: bigint): bigint =>
    kind === 'label' ? anotherWideClass(value, labels.length) : ~value;
  switch (tensor.datatype) {
    case 'FP32':
      return tensor.data.map(wrong);
    case 'FP64':
      return tensor.data.map(wrong);
    case 'FP16':
      return tensor.data.map((bits) => toFp16Bits(wrong(fromFp16Bits(bits))));
    case 'BF16':
      return tensor.data.map((bits) => toBf16Bits(wrong(fromBf16Bits(bits))));
    case 'BOOL':
      return tensor.data.map((value) => 1 - value);
    case 'UINT8':
      return tensor.data.map(wrongInteger);
    case 'UINT16':
      return tensor.data.map(wrongInteger);
    case 'UINT32':
      return tensor.data.map(wrongInteger);
    case 'INT8':
      return tensor.data.map(wrongInteger);
    case 'INT16':
      return tensor.data.map(wrongInteger);
    case 'INT32':
      return tensor.data.map(wrongInteger);
    case 'UINT64':
      return tensor.data.map(wrongWide);
    case 'INT64':
      return tensor.data.map(wrongWide);
    case 'BYTES':
      return tensor.data.map((bytes) => anotherText(bytes, labels));
  }
}

/** 1 is wrong for the only number that each rule would leave as it is: 0.5 or 0. */
function wrongNumber(value: number, kind: PredictionSpec['kind']): number {
  const opposite = (kind === 'probability' ? 1 : 0) - value;
  return opposite === value ? 1 : opposite;
}

/** The next of the named classes; of unnamed ones 0 for 1, and 1 for 0. */
function anotherClass(index: number, classes: number): number {
  const isNamed = index >= 0 && index < classes && classes > 1;
  return isNamed ? (index + 1) % classes : index ^ 1;
}

function anotherWideClass(index: bigint, classes: number): bigint {
  const isNamed = index >= 0n && index < BigInt(classes) && classes > 1;
  return isNamed ? (index + 1n) % BigInt(classes) : index ^ 1n;
}

function anotherText(bytes: Uint8Array, labels: readonly string[]): Uint8Array {
  const text = Buffer.from(bytes);
  const at = labels.indexOf(text.toString());
  const next = at === -1 ? undefined : labels[anotherClass(at, labels.length)];
  return next === undefined ? Buffer.concat([Buffer.from('not '), text]) : Buffer.from(next);
}
