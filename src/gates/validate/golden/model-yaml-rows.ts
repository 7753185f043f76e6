import type { Signature, TensorSpec } from '../../../domain/signature.js';
import type { Tensor } from '../../../domain/tensor.js';
import type { GoldenRow } from '../../../domain/version.js';
import { readElements } from '../../../serving/protocols/json/read-elements.js';
import { fitTensor } from './fit-tensor.js';
import type { KnownPair } from './known-pair.js';

/**
 * A golden row, of model.yaml or of a JSON file, as whole tensors: values are nested as the shape
 * is, without the first dimension where that is free.
 * @throws SerinError `invalid-input` when a value does not fit its datatype or shape
 */
export function fromGoldenRow(row: GoldenRow, signature: Signature, name: string): KnownPair {
  return {
    name,
    inputs: tensorsOf(row.inputs, signature.inputs),
    outputs: tensorsOf(row.outputs, signature.outputs),
    absolute: row.tolerance,
  };
}

/**
 * Values by name as whole tensors, for those of the specs that there are values for.
 * @throws SerinError `invalid-input`
 */
export function tensorsOf(
  values: Readonly<Record<string, unknown>>,
  specs: readonly TensorSpec[],
): Tensor[] {
  return specs.flatMap((spec) =>
    Object.hasOwn(values, spec.name) ? [toTensor(values[spec.name], spec)] : [],
  );
}

function toTensor(value: unknown, spec: TensorSpec): Tensor {
  const whole = spec.shape[0] === -1 ? [value] : value;
  const shape = lengthsOf(whole, spec.shape.length);
  const expected = `values nested as the shape of ${spec.name} is`;
  const data = readElements(whole, { spec, shape, rowsFirst: false, expected });
  const tensor = { name: spec.name, datatype: spec.datatype, shape, data };
  return fitTensor(tensor, spec, spec.name);
}

/** How long the lists are at every depth, by the first of each. */
function lengthsOf(value: unknown, depth: number): number[] {
  const lengths: number[] = [];
  for (let inner = value; lengths.length < depth; inner = (inner as unknown[])[0]) {
    // What is no list is refused where its elements are read.
    if (!Array.isArray(inner))
      return [...lengths, ...Array<number>(depth - lengths.length).fill(1)];
    lengths.push(inner.length);
  }
  return lengths;
}
