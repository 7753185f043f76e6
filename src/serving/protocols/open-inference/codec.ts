import type { Codec } from '../codec.js';
import { decodeInference } from './decode.js';
import { encodeInference } from './encode.js';

/**
 * The Open Inference Protocol (v2) over REST with the binary tensor data extension
 * (docs/reference/open-inference.md).
 */
export const openInferenceCodec: Codec = { decode: decodeInference, encode: encodeInference };
