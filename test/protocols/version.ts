import { toDigest, toModelName, toVersionName } from '../../src/domain/ids.js';
import type { TensorSpec } from '../../src/domain/signature.js';
import type { Datatype } from '../../src/domain/tensor.js';
import type { OnnxVersion, PredictionSpec } from '../../src/domain/version.js';

interface Described {
  readonly inputs: readonly TensorSpec[];
  readonly outputs?: readonly TensorSpec[];
  readonly prediction?: Partial<PredictionSpec>;
  readonly batching?: boolean;
}

/** A version as the protocols need it; nothing of it is on disk. */
export function versionOf({ inputs, outputs, prediction, batching }: Described): OnnxVersion {
  const given = outputs ?? [tensorSpec('y', 'FP32', [-1, 1])];
  return {
    kind: 'onnx',
    model: toModelName('churn'),
    version: toVersionName('1'),
    digest: toDigest(`sha256:${'0'.repeat(64)}`),
    file: '/models/churn/1/model.onnx',
    sizeBytes: 0,
    signature: { inputs, outputs: given },
    prediction: { output: given[0]?.name ?? '', kind: 'probability', labels: [], ...prediction },
    batching: { enabled: batching ?? true, maxBatchSize: 64, maxBatchDelayMs: 0 },
    golden: [],
    description: '',
    opsets: { 'ai.onnx': 21 },
    irVersion: 10,
    producer: '',
    metadata: {},
  };
}

/** An input or output by position instead of by key. */
export function tensorSpec(name: string, datatype: Datatype, shape: readonly number[]): TensorSpec {
  return { name, datatype, shape };
}

/** The sample model of R1: five features in, a probability out. */
export const churn = versionOf({ inputs: [tensorSpec('features', 'FP32', [-1, 5])] });
