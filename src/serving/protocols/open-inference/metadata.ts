import type { VersionName } from '../../../domain/ids.js';
import type { TensorSpec } from '../../../domain/signature.js';
import type { Version } from '../../../domain/version.js';

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
  readonly platform: 'onnxruntime_onnx' | 'http';
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** What the server does beyond the protocol, by the names that Triton gives it. */
const extensions = ['binary_tensor_data', 'model_configuration', 'model_repository', 'statistics'];

/**
 * What the server says of itself.
 * Source: Open Inference Protocol, "Server Metadata Response JSON Object".
 * @param serinVersion of the package
 */
export function serverMetadata(serinVersion: string): ServerMetadata {
  return { name: 'serin', version: serinVersion, extensions };
}

/**
 * What the server says of a model. Of a version that an HTTP server answers for it knows neither
 * inputs nor outputs: both are empty, and the platform is `http`.
 * Source: Open Inference Protocol, "Model Metadata Response JSON Object" and "Platforms".
 * @param version whose signature is shown
 * @param versions all that may be asked for by name
 */
export function modelMetadata(version: Version, versions: readonly VersionName[]): ModelMetadata {
  const { model: name } = version;
  switch (version.kind) {
    case 'onnx': {
      const { inputs, outputs } = version.signature;
      return { name, versions, platform: 'onnxruntime_onnx', inputs, outputs };
    }
    case 'http':
    case 'process':
    case 'container':
      return { name, versions, platform: 'http', inputs: [], outputs: [] };
  }
}
