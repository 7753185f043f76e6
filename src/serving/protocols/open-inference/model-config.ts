import { SerinError } from '../../../domain/errors.js';
import { isBatchable, type TensorSpec } from '../../../domain/signature.js';
import type { Version } from '../../../domain/version.js';

/** The body of `GET /v2/models/{model}/config`, with the fields that are true of Serin's models. */
export interface ModelConfig {
  readonly name: string;
  readonly platform: 'onnxruntime_onnx';
  readonly backend: 'onnxruntime';
  /** 0: the first dimension is no batch, or may not be put together with others. */
  readonly max_batch_size: number;
  readonly input: readonly TensorConfig[];
  readonly output: readonly TensorConfig[];
}

export interface TensorConfig {
  readonly name: string;
  /** `TYPE_FP32`; `TYPE_STRING` for BYTES. */
  readonly data_type: string;
  /** Without the batch where there is one; a free dimension is −1. */
  readonly dims: readonly number[];
}

/**
 * How a model is run, in the words of Triton's model configuration extension.
 * @throws SerinError `unsupported-extension` for a version that an HTTP server answers for
 */
export function modelConfig(version: Version): ModelConfig {
  if (version.kind !== 'onnx') {
    throw new SerinError('unsupported-extension', {
      expected: 'the configuration of a model that Serin runs itself',
      found: `${version.model}, which ${version.version} answers for`,
    });
  }
  const { signature, batching } = version;
  const isBatched = batching.enabled && isBatchable(signature);
  const tensor = ({ name, datatype, shape }: TensorSpec): TensorConfig => ({
    name,
    data_type: `TYPE_${datatype === 'BYTES' ? 'STRING' : datatype}`,
    dims: isBatched ? shape.slice(1) : shape,
  });
  return {
    name: version.model,
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    max_batch_size: isBatched ? batching.maxBatchSize : 0,
    input: signature.inputs.map(tensor),
    output: signature.outputs.map(tensor),
  };
}
