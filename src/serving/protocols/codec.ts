import type { Arm } from '../../domain/arm.js';
import type { RequestId } from '../../domain/ids.js';
import type { Tensor } from '../../domain/tensor.js';
import type { OnnxVersion } from '../../domain/version.js';
import { Protocol } from '../upstream.js';
import { openInferenceCodec } from './open-inference/codec.js';
import { predictCodec } from './predict/codec.js';

export { findNonFinite } from './non-finite.js';
export { predictionOf } from './prediction.js';

/** A request's headers, names in lower case. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** One output that the client asked for. */
export interface RequestedOutput {
  readonly name: string;
  /** As bytes behind the JSON (binary tensor data extension), not within it. */
  readonly binary: boolean;
}

/** A request, understood: what the model is asked, and the form that its answer has to have. */
export interface DecodedCall {
  /** One tensor for every input of the signature, in its order. */
  readonly inputs: readonly Tensor[];
  readonly rows: number;
  /** `/predict`: the request was a list of rows, so its answer is one, too. */
  readonly manyRows: boolean;
  /** Open Inference: the request's own id, to be echoed. */
  readonly id: string | undefined;
  /** Open Inference: the outputs to answer with, in this order; empty for `/predict`. */
  readonly requested: readonly RequestedOutput[];
}

/** What an answer says beside the outputs. */
export interface AnswerFacts {
  readonly version: OnnxVersion;
  /** The arm whose version answered. */
  readonly arm: Arm;
  readonly requestId: RequestId;
  readonly latencyMs: number;
}

/** A response, but for its status. */
export interface EncodedAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** One protocol: request bodies to tensors, output tensors to response bodies. Pure. */
export interface Codec {
  /**
   * Reads a request for one version.
   * @param body content encoding already undone
   * @throws SerinError `invalid-json`, `invalid-request`, `invalid-input`, `invalid-binary`,
   * `unsupported-extension`: always a 4xx, always with what was expected and what was found
   */
  decode(body: Buffer, headers: RequestHeaders, version: OnnxVersion): DecodedCall;
  /**
   * Writes the answer to a decoded request.
   * @param outputs one tensor for every output of the signature
   * @throws SerinError `output-not-finite` when JSON would have to carry NaN or an infinity;
   * `output-not-text` when it would have to carry bytes that are not UTF-8
   */
  encode(outputs: readonly Tensor[], call: DecodedCall, facts: AnswerFacts): EncodedAnswer;
}

/** The codec of a protocol. */
export function codecFor(protocol: Protocol): Codec {
  switch (protocol) {
    case Protocol.Predict:
      return predictCodec;
    case Protocol.OpenInference:
      return openInferenceCodec;
  }
}
