import type { TensorSpec } from '../../../domain/signature.js';
import {
  elementCount,
  type Datatype,
  type Tensor,
  type TensorData,
} from '../../../domain/tensor.js';
import { toBf16Bits, toFp16Bits } from '../../../serving/protocols/elements/small-float.js';
import { zeros } from '../../../serving/tensor-data.js';
import type { Random } from '../../../stats/random.js';

/** How the elements of an input are chosen. */
export type Filling =
  /**
   * Within the range where there is one, else as such values usually are; fractions that nothing
   * bounds may be so many times as wide.
   */
  | { readonly kind: 'random'; readonly random: Random; readonly times?: number }
  /** Every element the same: a number, or the nearest to it that the range has. */
  | { readonly kind: 'constant'; readonly value: number };

/** The numbers that an input usually holds. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

/**
 * A tensor for an input.
 * @param shape all known
 * @param range of its numbers; undefined: floats are standard normal, integers small
 */
export function fill(
  { name, datatype }: Pick<TensorSpec, 'name' | 'datatype'>,
  shape: readonly number[],
  filling: Filling,
  range: ValueRange | undefined,
): Tensor {
  const count = elementCount(shape);
  return {
    name,
    datatype,
    shape,
    data: elements(datatype, count, numberSource(datatype, filling, range)),
  };
}

/** Integers where nobody says which: small ones are more often meant for something. */
const usualRange: Readonly<Partial<Record<Datatype, ValueRange>>> = {
  BOOL: { min: 0, max: 1 },
  UINT8: { min: 0, max: 255 },
  INT8: { min: -128, max: 127 },
  UINT16: { min: 0, max: 9 },
  INT16: { min: 0, max: 9 },
  UINT32: { min: 0, max: 9 },
  INT32: { min: 0, max: 9 },
  UINT64: { min: 0, max: 9 },
  INT64: { min: 0, max: 9 },
};

/** Whether it can hold fractions, NaN and infinities. */
export function isFraction(datatype: Datatype): boolean {
  return ['FP16', 'BF16', 'FP32', 'FP64'].includes(datatype);
}

function numberSource(
  datatype: Datatype,
  filling: Filling,
  range: ValueRange | undefined,
): () => number {
  const bounds = range ?? usualRange[datatype];
  if (filling.kind === 'constant') {
    const { value } = filling;
    const within =
      bounds === undefined || Number.isNaN(value)
        ? value
        : Math.min(bounds.max, Math.max(bounds.min, value));
    return () => within;
  }
  const { random, times = 1 } = filling;
  if (bounds === undefined) return () => times * random.normal();
  const { min, max } = bounds;
  if (isFraction(datatype)) return () => min + (max - min) * random.uniform();
  const low = Math.ceil(min);
  const values = Math.max(1, Math.floor(max) - low + 1);
  return () => low + Math.floor(random.uniform() * values);
}

const utf8 = new TextEncoder();

function elements(datatype: Datatype, count: number, next: () => number): TensorData {
  if (datatype === 'BYTES') {
    // Short words: letters stand for the numbers.
    return Array.from({ length: count }, () => utf8.encode(word(next())));
  }
  const data = zeros(datatype, count);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < count; i++) data[i] = BigInt(Math.round(next()));
    return data;
  }
  const toBits = datatype === 'FP16' ? toFp16Bits : datatype === 'BF16' ? toBf16Bits : undefined;
  for (let i = 0; i < count; i++) data[i] = toBits === undefined ? next() : toBits(next());
  return data;
}

function word(number: number): string {
  const digits = Math.abs(Math.round(number * 1e4)).toString(26);
  return digits.replaceAll(/./g, (digit) => String.fromCharCode(97 + parseInt(digit, 26)));
}
