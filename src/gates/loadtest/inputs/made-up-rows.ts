import type { Signature, TensorSpec } from '../../../domain/signature.js';
import { elementCount } from '../../../domain/tensor.js';
import { SerinError } from '../../../domain/errors.js';
import type { Random } from '../../../stats/random.js';
import type { NamedRow } from './prediction-cases.js';

/** Length of a dimension that is free and not the batch: of a text, of a series. */
const freeLength = 8;
/** Rows beyond that are a file, and not made up. */
const mostElements = 4_000_000;

/**
 * Makes up rows that fit a signature: standard normal numbers, integers from 0 to 9, short texts.
 * @param random the same seed gives the same rows
 * @throws SerinError `inputs-missing` where a row would be too large to make up
 */
export function madeUpRows(signature: Signature, count: number, random: Random): NamedRow[] {
  for (const spec of signature.inputs) {
    if (elementCount(rowShape(spec)) * count > mostElements) {
      throw new SerinError('inputs-missing', {
        expected: `at most ${mostElements / count} elements a row`,
        found: `${elementCount(rowShape(spec))} in input ${spec.name}`,
      });
    }
  }
  return Array.from({ length: count }, () =>
    Object.fromEntries(
      signature.inputs.map((spec) => [
        spec.name,
        nested(rowShape(spec), () => element(spec, random)),
      ]),
    ),
  );
}

function rowShape({ shape }: TensorSpec): number[] {
  const row = shape[0] === -1 ? shape.slice(1) : shape;
  return row.map((dimension) => (dimension === -1 ? freeLength : dimension));
}

function nested([length, ...inner]: readonly number[], make: () => unknown): unknown {
  return length === undefined ? make() : Array.from({ length }, () => nested(inner, make));
}

function element({ datatype }: TensorSpec, random: Random): unknown {
  switch (datatype) {
    case 'FP16':
    case 'BF16':
    case 'FP32':
    case 'FP64':
      // Six digits are what a client would send, and do not hide the cost of parsing more.
      return Number(random.normal().toFixed(6));
    case 'BOOL':
      return random.happens(0.5);
    case 'BYTES':
      return `text ${Math.floor(1000 * random.uniform())}`;
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
    case 'UINT64':
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'INT64':
      return Math.floor(10 * random.uniform());
  }
}
