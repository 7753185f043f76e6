import type { Tensor, TensorData } from '../domain/tensor.js';

/**
 * Whether two lists of tensors are the same but for rounding: a model adds up in another order when
 * its batch has another size. Numbers may differ by a thousandth (FP16: a hundredth) of the largest
 * number of either tensor; whatever is no fraction must be equal.
 */
export function areNearlyEqual(some: readonly Tensor[], others: readonly Tensor[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, index) => {
      const other = others[index];
      return other !== undefined && areNearlyEqualTensors(one, other);
    })
  );
}

function areNearlyEqualTensors(one: Tensor, other: Tensor): boolean {
  if (one.data.length !== other.data.length) return false;
  switch (one.datatype) {
    case 'FP32':
    case 'FP64':
      return areClose(one.data as Float64Array, other.data as Float64Array, 1e-3);
    case 'FP16':
      return areClose(fromHalves(one.data), fromHalves(other.data), 1e-2);
    case 'BYTES':
      return areSameBytes(one.data as Uint8Array[], other.data as Uint8Array[]);
    case 'BOOL':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
    case 'UINT64':
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'INT64':
    case 'BF16':
      return (one.data as Uint8Array).every((element, index) => element === other.data[index]);
  }
}

function areClose(one: ArrayLike<number>, other: ArrayLike<number>, tolerance: number): boolean {
  const margin = tolerance * Math.max(largest(one), largest(other));
  for (let i = 0; i < one.length; i++) {
    const a = one[i] ?? NaN;
    const b = other[i] ?? NaN;
    if (!Object.is(a, b) && !(Math.abs(a - b) <= margin)) return false;
  }
  return true;
}

function largest(numbers: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) {
    const size = Math.abs(numbers[i] ?? 0);
    if (size > most && size < Infinity) most = size;
  }
  return most;
}

function areSameBytes(one: readonly Uint8Array[], other: readonly Uint8Array[]): boolean {
  return one.every((bytes, index) => {
    const others = other[index];
    return (
      bytes.length === others?.length && bytes.every((byte, position) => byte === others[position])
    );
  });
}

function fromHalves(data: TensorData): Float64Array {
  return Float64Array.from(data as Uint16Array, fromHalf);
}

/** The number that 16 bits stand for (IEEE 754-2019, binary16). */
function fromHalf(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 0) return sign * fraction * 2 ** -14;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}
