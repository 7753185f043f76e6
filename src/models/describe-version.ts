import type { OnnxVersion } from '../domain/version.js';
import { batchingSpec } from './config/batching-spec.js';
import { describedSignature } from './config/described-signature.js';
import { goldenRows } from './config/golden-rows.js';
import type { readConfig } from './config/layers.js';
import { predictionSpec } from './config/prediction-spec.js';
import type { ModelArtefact } from './model-artefact.js';

/**
 * A version as its file and its model.yaml describe it together.
 * @throws SerinError `model-config-invalid`
 */
export function describeVersion(
  named: Pick<OnnxVersion, 'model' | 'version' | 'file'>,
  { onnx, digest, sizeBytes }: ModelArtefact,
  config: Awaited<ReturnType<typeof readConfig>>,
): OnnxVersion {
  return {
    kind: 'onnx',
    ...named,
    digest,
    sizeBytes,
    signature: describedSignature(config, onnx.signature),
    prediction: predictionSpec(config, onnx),
    batching: batchingSpec(config, onnx.signature),
    golden: goldenRows(config, onnx.signature),
    description: config.values.description ?? onnx.description,
    opsets: onnx.opsets,
    irVersion: onnx.irVersion,
    producer: onnx.producer,
    metadata: onnx.metadata,
  };
}
