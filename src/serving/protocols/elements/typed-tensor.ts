import type { Datatype, Tensor } from '../../../domain/tensor.js';

/** A tensor whose datatype tells the compiler what its data is. */
export type TypedTensor = { [D in Datatype]: Tensor<D> }[Datatype];

/** The same tensor, for a `switch` over its datatype. */
export function typed(tensor: Tensor): TypedTensor {
  return tensor as TypedTensor;
}
