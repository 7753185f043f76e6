import type { Signature } from '../../domain/signature.js';
import type { Tensor } from '../../domain/tensor.js';

/**
 * What a gateway and its runner say to each other, over a Unix domain socket:
 *
 * | bytes | what                                                            |
 * |-------|-----------------------------------------------------------------|
 * | 4     | `frameMagic`                                                    |
 * | 1 + 3 | kind, nothing                                                   |
 * | 4     | id: joins an answer to its request                              |
 * | 4     | bytes that follow: a multiple of 8                              |
 *
 * `infer` and `answer` go on with the number of tensors (4, and 4 of nothing), and for each of
 * them: datatype (1), rank (1), bytes of the name (2), bytes of the elements (4), the dimensions (8
 * each, float64), the name, the elements. `ready` has the numbers of inputs and outputs, and the
 * same without elements, a free dimension as -1. `failure` has the bytes of its three texts (4
 * each, and 4 of nothing), and the texts. `leak` has its number (4, and 4 of nothing). Everything starts at a multiple of 8, so that elements are used
 * where they lie, without a copy. Numbers are little-endian, elements as this machine has them:
 * both ends are on it.
 */
export type Frame =
  | { readonly kind: 'infer'; readonly id: number; readonly tensors: readonly Tensor[] }
  | { readonly kind: 'answer'; readonly id: number; readonly tensors: readonly Tensor[] }
  | {
      readonly kind: 'failure';
      readonly id: number;
      /** A code of the error catalogue, and the words of the error; empty where it has none. */
      readonly code: string;
      readonly expected: string;
      readonly found: string;
    }
  | { readonly kind: 'ready'; readonly id: number; readonly signature: Signature }
  /** For fault injection alone: take so much more memory each second; 0: give all of it back. */
  | { readonly kind: 'leak'; readonly id: number; readonly mebibytesPerSecond: number };

/** "Srn1": what every frame starts with. */
export const frameMagic = 0x316e7253;
export const frameHeaderBytes = 16;
export const frameKinds = ['infer', 'answer', 'failure', 'ready', 'leak'] as const;

/** A frame that is larger than this is refused at both ends. */
export const maxFrameBytes = 2 ** 30;

/** Something on the wire is no frame, or a frame cannot be put on it. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** The next multiple of 8. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
