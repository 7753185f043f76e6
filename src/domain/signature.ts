import type { Datatype } from './tensor.js';

/** A named input or output of a model; a dimension that may vary is -1. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** What its numbers mean, in words of the model's owner (model.yaml). */
  readonly description?: string;
}

/** What a model takes and gives: read from the ONNX file itself. */
export interface Signature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/**
 * Whether requests may be put together along the first dimension: every input and every output
 * has a first dimension, and it is free (-1).
 */
export function isBatchable(signature: Signature): boolean {
  return [...signature.inputs, ...signature.outputs].every((spec) => spec.shape[0] === -1);
}

/** A shape as people write it: `[N, 5]`, a free dimension as `N`. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.map((dimension) => (dimension === -1 ? 'N' : String(dimension))).join(', ')}]`;
}
