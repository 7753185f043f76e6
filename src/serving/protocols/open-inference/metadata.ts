import type { VersionName } from '../../../domain/ids.js';
import type { TensorSpec } from '../../../domain/signature.js';
import type { OnnxVersion } from '../../../domain/version.js';

/** The body of `GET /v2`. */
export interface ServerMetadata {
  readonly name: 'serin';
  readonly version: string;
  readonly extensions: readonly string[];
}

/** The body of `GET /v2/models/{model}`, with or without `/versions/{version}`. */
export interface ModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: 'onnxruntime_onnx';
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/**
 * What the server says of itself.
 * Source: Open Inference Protocol, "Server Metadata Response JSON Object".
 * @param serinVersion of the package
 * @param otherExtensions that the gateway serves beside binary tensors, by Triton's names
 */
export function serverMetadata(
  serinVersion: string,
  otherExtensions: readonly string[],
): ServerMetadata {
  return {
    name: 'serin',
    version: serinVersion,
    extensions: ['binary_tensor_data', ...otherExtensions],
  };
}

/**
 * What the server says of a model.
 * Source: Open Inference Protocol, "Model Metadata Response JSON Object" and "Platforms".
 * @param version whose signature is shown
 * @param versions all that may be asked for by name
 */
export function modelMetadata(
  version: OnnxVersion,
  versions: readonly VersionName[],
): ModelMetadata {
  const { model, signature } = version;
  return {
    name: model,
    versions,
    platform: 'onnxruntime_onnx',
    inputs: signature.inputs.map(tensorMetadata),
    outputs: signature.outputs.map(tensorMetadata),
  };
}

function tensorMetadata({ name, datatype, shape }: TensorSpec): TensorSpec {
  return { name, datatype, shape };
}
