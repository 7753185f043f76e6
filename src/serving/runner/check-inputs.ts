import { SerinError } from '../../domain/errors.js';
import { formatShape, type Signature } from '../../domain/signature.js';
import type { Tensor } from '../../domain/tensor.js';

/**
 * Checks names, datatypes and shapes, so that what ONNX Runtime still refuses is the model's doing.
 * @throws SerinError `invalid-input`
 */
export function checkInputs({ inputs: specs }: Signature, inputs: readonly Tensor[]): void {
  for (const { name, datatype, shape } of specs) {
    const input = inputs.find((candidate) => candidate.name === name);
    if (input === undefined) throw invalidInput(`an input "${name}"`, 'none of this name');
    if (input.datatype !== datatype) {
      throw invalidInput(`input "${name}" as ${datatype}`, input.datatype);
    }
    if (!fits(input.shape, shape)) {
      throw invalidInput(
        `input "${name}" of shape ${formatShape(shape)}`,
        formatShape(input.shape),
      );
    }
  }
  if (inputs.length !== specs.length) {
    throw invalidInput(`${specs.length} inputs`, `${inputs.length}`);
  }
}

/** ONNX Runtime says `[]` both of a scalar and of a tensor whose rank is open: only it can tell. */
function fits(shape: readonly number[], expected: readonly number[]): boolean {
  if (expected.length === 0) return true;
  return (
    shape.length === expected.length &&
    expected.every((size, axis) => size === -1 || size === shape[axis])
  );
}

/** An input that is not the one that the model takes. */
export function invalidInput(expected: string, found: string): SerinError {
  return new SerinError('invalid-input', { expected, found });
}
