import { isUtf8 } from 'node:buffer';
import { elementCount, type Tensor } from '../domain/tensor.js';
import { fromBf16Bits, fromFp16Bits } from '../serving/protocols/elements/small-float.js';
import { typed } from '../serving/protocols/elements/typed-tensor.js';

/** Something that JSON can carry. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * A tensor for a person to read: lists as its shape is, floats with the fewest digits that mean the
 * same; as text what JSON has no number for (NaN, infinities, integers beyond 2⁵³).
 */
export function readableTensor(tensor: Tensor): Json {
  return nested(tensor, tensor.shape, 0);
}

function nested(tensor: Tensor, shape: readonly number[], from: number): Json {
  const [length, ...inner] = shape;
  if (length === undefined) return element(tensor, from);
  const stride = elementCount(inner);
  return Array.from({ length }, (_, i) => nested(tensor, inner, from + i * stride));
}

function element(of: Tensor, index: number): Json {
  const tensor = typed(of);
  switch (tensor.datatype) {
    case 'BOOL':
      return tensor.data[index] !== 0;
    case 'UINT64':
    case 'INT64':
      return integer(tensor.data[index] ?? 0n);
    case 'BYTES':
      return text(tensor.data[index] ?? new Uint8Array());
    case 'FP16':
      return float(fromFp16Bits(tensor.data[index] ?? 0));
    case 'BF16':
      return float(fromBf16Bits(tensor.data[index] ?? 0));
    case 'FP32':
      return float(shortest(tensor.data[index] ?? 0));
    case 'FP64':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
    case 'INT8':
    case 'INT16':
    case 'INT32':
      return float(tensor.data[index] ?? 0);
  }
}

function float(value: number): Json {
  return Number.isFinite(value) ? value : String(value);
}

/** 0.1 instead of 0.10000000149011612: nine digits always tell two single-precision numbers apart. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return Number(value.toPrecision(9));
}

function integer(value: bigint): Json {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function text(bytes: Uint8Array): Json {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return isUtf8(buffer) ? buffer.toString() : `base64:${buffer.toString('base64')}`;
}
