import type { Signature, TensorSpec } from '../../domain/signature.js';
import type { LayeredConfig } from './layers.js';

/**
 * A signature with what model.yaml says about inputs and outputs.
 * @throws SerinError `model-config-invalid` when it speaks of one that the model does not have
 */
export function describedSignature(config: LayeredConfig, signature: Signature): Signature {
  const describe = (side: 'inputs' | 'outputs'): readonly TensorSpec[] => {
    const descriptions = config.values[side] ?? {};
    const names = signature[side].map(({ name }) => name);
    for (const name of Object.keys(descriptions)) {
      if (names.includes(name)) continue;
      throw config.fail(
        [side, name],
        `names of the model's ${side}: ${names.join(', ')}`,
        JSON.stringify(name),
      );
    }
    return signature[side].map((spec) => {
      const description = descriptions[spec.name];
      return description === undefined ? spec : { ...spec, description };
    });
  };
  return { inputs: describe('inputs'), outputs: describe('outputs') };
}
