import { isUtf8 } from 'node:buffer';
import { SerinError } from '../../../domain/errors.js';
import { elementCount, type Tensor } from '../../../domain/tensor.js';
import { fromBf16Bits, fromFp16Bits } from '../elements/small-float.js';
import { typed } from '../elements/typed-tensor.js';
import { notFinite } from '../non-finite.js';

/**
 * How 64-bit integers beyond ±(2^53−1) are written, which parsers that read every number as floating
 * point round: as numbers with all their digits, or as strings of them.
 */
export type WideIntegers = 'numbers' | 'strings';

/**
 * Elements `from` to `to` (exclusive) of a tensor as JSON, separated by commas, without brackets.
 * A floating-point number is written with the digits that give the very same number again.
 * @throws SerinError `output-not-finite`, `output-not-text`
 */
export function elementsJson(output: Tensor, from: number, to: number, wide: WideIntegers): string {
  const tensor = typed(output);
  switch (tensor.datatype) {
    case 'FP32':
    case 'FP64': {
      const { data } = tensor;
      return joined(from, to, (i) => floatJson(data[i] as number, output, i));
    }
    case 'FP16': {
      const { data } = tensor;
      return joined(from, to, (i) => floatJson(fromFp16Bits(data[i] as number), output, i));
    }
    case 'BF16': {
      const { data } = tensor;
      return joined(from, to, (i) => floatJson(fromBf16Bits(data[i] as number), output, i));
    }
    case 'BOOL': {
      const { data } = tensor;
      return joined(from, to, (i) => (data[i] === 0 ? 'false' : 'true'));
    }
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
    case 'INT8':
    case 'INT16':
    case 'INT32': {
      const { data } = tensor;
      return joined(from, to, (i) => String(data[i]));
    }
    case 'UINT64':
    case 'INT64': {
      const { data } = tensor;
      return joined(from, to, (i) => wideJson(data[i] as bigint, wide));
    }
    case 'BYTES': {
      const { data } = tensor;
      return joined(from, to, (i) => JSON.stringify(textOf(data[i] as Uint8Array, output.name)));
    }
  }
}

/**
 * Part of a tensor as nested JSON lists.
 * @param shape of the part; a scalar's is empty
 * @param from index of its first element
 * @throws SerinError `output-not-finite`, `output-not-text`
 */
export function nestedJson(
  output: Tensor,
  shape: readonly number[],
  from: number,
  wide: WideIntegers,
): string {
  const [length, ...inner] = shape;
  if (length === undefined) return elementsJson(output, from, from + 1, wide);
  if (inner.length === 0) return `[${elementsJson(output, from, from + length, wide)}]`;
  const stride = elementCount(inner);
  return `[${joined(0, length, (i) => nestedJson(output, inner, from + i * stride, wide))}]`;
}

const largestSafe = BigInt(Number.MAX_SAFE_INTEGER);

function wideJson(value: bigint, wide: WideIntegers): string {
  const isSafe = value <= largestSafe && value >= -largestSafe;
  return isSafe || wide === 'numbers' ? String(value) : `"${String(value)}"`;
}

/**
 * A BYTES element as text.
 * @throws SerinError `output-not-text`
 */
function textOf(bytes: Uint8Array, output: string): string {
  if (isUtf8(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  throw new SerinError('output-not-text', {
    expected: 'UTF-8',
    found: `other bytes in output ${output}`,
  });
}

function floatJson(value: number, output: Tensor, index: number): string {
  if (!Number.isFinite(value)) throw notFinite(output, index);
  return value === 0 && Object.is(value, -0) ? '-0' : String(value);
}

function joined(from: number, to: number, textAt: (index: number) => string): string {
  let text = '';
  for (let i = from; i < to; i++) text += i === from ? textAt(i) : `,${textAt(i)}`;
  return text;
}
