import { elementCount, type Tensor } from '../../../domain/tensor.js';
import { fromBf16Bits, fromFp16Bits } from '../../../serving/protocols/elements/small-float.js';
import { typed } from '../../../serving/protocols/elements/typed-tensor.js';

/** A tensor's elements as numbers; undefined for byte strings. 64-bit integers may be rounded. */
export function numbersOf(tensor: Tensor): Float64Array | undefined {
  const one = typed(tensor);
  switch (one.datatype) {
    case 'FP16':
      return Float64Array.from(one.data, fromFp16Bits);
    case 'BF16':
      return Float64Array.from(one.data, fromBf16Bits);
    case 'INT64':
    case 'UINT64':
      return Float64Array.from(one.data as Iterable<bigint>, Number);
    case 'BYTES':
      return undefined;
    case 'BOOL':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'FP32':
    case 'FP64':
      return Float64Array.from(one.data);
  }
}

/** Where an element is, for people: `y[0, 3]`; the whole tensor's name for a scalar. */
export function placeOf({ name, shape }: Pick<Tensor, 'name' | 'shape'>, index: number): string {
  if (shape.length === 0) return name;
  const place: number[] = [];
  let rest = index;
  for (const size of shape.toReversed()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `${name}[${place.join(', ')}]`;
}

/** How many elements belong to one row: everything behind the first dimension. */
export function perRow({ shape }: Pick<Tensor, 'shape'>): number {
  return shape.length <= 1 ? 1 : elementCount(shape.slice(1));
}
