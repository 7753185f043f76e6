import type { Tensor } from '../../../domain/tensor.js';

/** Inputs whose outputs are known, as whole tensors. */
export interface KnownPair {
  /** Where it comes from: `model.yaml, golden row 2`. */
  readonly name: string;
  readonly inputs: readonly Tensor[];
  /** Those that are known; a model may have more. */
  readonly outputs: readonly Tensor[];
  /** Its own absolute tolerance, where it has one. */
  readonly absolute?: number;
}
