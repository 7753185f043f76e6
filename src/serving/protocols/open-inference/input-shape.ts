import { SerinError } from '../../../domain/errors.js';
import { formatShape, type TensorSpec } from '../../../domain/signature.js';
import { describeJson } from '../json/describe-json.js';

/** ONNX Runtime counts elements with 64 bits, but no body of a request gets near to this. */
const largestDimension = 2 ** 31 - 1;

/**
 * A tensor without elements may have other dimensions that no data vouches for, while an output
 * of theirs costs memory: enough for the empty caches of language models, too little for harm.
 */
const mostAroundZero = 2 ** 20;

/**
 * Checks the shape that a client gives for an input.
 * @returns every dimension an integer, equal to the signature's where that is not free; the first
 * at least 1
 * @throws SerinError `invalid-input`
 */
export function shapeOf(shape: unknown, spec: TensorSpec): readonly number[] {
  if (!Array.isArray(shape)) throw misfit(spec, describeJson(shape));
  const dimensions: number[] = [];
  for (const dimension of shape) {
    if (!isDimension(dimension)) throw misfit(spec, `the dimension ${describeJson(dimension)}`);
    dimensions.push(dimension);
  }
  const fits =
    dimensions.length === spec.shape.length &&
    spec.shape.every((dimension, i) => dimension === -1 || dimension === dimensions[i]);
  if (!fits) throw misfit(spec, listed(dimensions));
  if (dimensions[0] === 0) throw misfit(spec, `no rows: ${listed(dimensions)}`);
  const product = dimensions.reduce((sofar, dimension) => sofar * Math.max(dimension, 1), 1);
  const most = dimensions.includes(0) ? mostAroundZero : Number.MAX_SAFE_INTEGER;
  if (product > most) throw misfit(spec, `${listed(dimensions)}, too large`);
  return dimensions;
}

function isDimension(dimension: unknown): dimension is number {
  return (
    typeof dimension === 'number' &&
    Number.isInteger(dimension) &&
    dimension >= 0 &&
    dimension <= largestDimension
  );
}

function listed(dimensions: readonly number[]): string {
  return dimensions.length <= 16
    ? `[${dimensions.join(', ')}]`
    : `[${dimensions.slice(0, 16).join(', ')}, …] of ${dimensions.length} dimensions`;
}

function misfit(spec: TensorSpec, found: string): SerinError {
  const free = spec.shape.includes(-1) ? ', N free' : '';
  return new SerinError('invalid-input', {
    expected: `the shape ${formatShape(spec.shape)} of input ${spec.name}${free}`,
    found,
  });
}
