import { isBatchable, type Signature } from '../../domain/signature.js';
import type { BatchingSpec } from '../../domain/version.js';
import type { LayeredConfig } from './layers.js';

const defaultBatchSize = 64;

/**
 * How rows may be put together: what model.yaml says, else 64 rows without delay where the first
 * dimension is free, and not at all where it is fixed.
 * @throws SerinError `model-config-invalid` when it asks for batches that the model cannot take
 */
export function batchingSpec(config: LayeredConfig, signature: Signature): BatchingSpec {
  const { enabled, maxBatchSize = defaultBatchSize, maxBatchDelay } = config.values.batching ?? {};
  const possible = isBatchable(signature);
  if (enabled === true && !possible) {
    throw config.fail(
      ['batching', 'enabled'],
      'false, or a model whose inputs and outputs all have a free first dimension',
      'true',
    );
  }
  return {
    enabled: enabled ?? possible,
    maxBatchSize,
    maxBatchDelayMs: maxBatchDelay === undefined ? 0 : toMs(maxBatchDelay),
  };
}

/** `5ms` and `0.1s`, whose form the schema has checked. */
function toMs(time: string): number {
  return Number.parseFloat(time) * (time.endsWith('ms') ? 1 : 1000);
}
