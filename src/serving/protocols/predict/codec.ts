import type { Codec } from '../codec.js';
import { decodePredict } from './decode.js';
import { encodePredict } from './encode.js';

/** `POST /predict`: JSON as a person would write it (docs/reference/predict.md). */
export const predictCodec: Codec = {
  decode: (body, _headers, version) => decodePredict(body, version),
  encode: encodePredict,
};
