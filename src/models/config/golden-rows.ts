import type { Signature, TensorSpec } from '../../domain/signature.js';
import { formatShape } from '../../domain/signature.js';
import type { Datatype } from '../../domain/tensor.js';
import type { GoldenRow } from '../../domain/version.js';
import type { KeyPath } from './config-file.js';
import type { LayeredConfig } from './layers.js';

const defaultTolerance = 1e-4;

/**
 * The golden rows of model.yaml.
 * @throws SerinError `model-config-invalid` when a row does not have every input, names what the
 * model does not have, or is not nested as its shape is
 */
export function goldenRows(config: LayeredConfig, signature: Signature): readonly GoldenRow[] {
  const { golden = [] } = config.values;
  return golden.map(({ inputs, outputs, tolerance = defaultTolerance }, index) => {
    for (const { name } of signature.inputs) {
      if (!(name in inputs)) {
        throw config.fail(['golden', index, 'inputs'], `the input ${name}, too`, 'none');
      }
    }
    requireFit(config, ['golden', index, 'inputs'], inputs, signature.inputs);
    requireFit(config, ['golden', index, 'outputs'], outputs, signature.outputs);
    return { inputs, outputs, tolerance };
  });
}

function requireFit(
  config: LayeredConfig,
  place: KeyPath,
  values: Readonly<Record<string, unknown>>,
  specs: readonly TensorSpec[],
): void {
  for (const [name, value] of Object.entries(values)) {
    const spec = specs.find((one) => one.name === name);
    if (spec === undefined) {
      const names = specs.map((one) => one.name).join(', ');
      throw config.fail([...place, name], `one of ${names}`, JSON.stringify(name));
    }
    const row = spec.shape[0] === -1 ? spec.shape.slice(1) : spec.shape;
    if (!fits(value, row, spec.datatype)) {
      const form = row.length === 0 ? 'one value' : `values nested as ${formatShape(row)}`;
      throw config.fail(
        [...place, name],
        `${form}, of ${spec.datatype}`,
        'another form or another type',
      );
    }
  }
}

function fits(value: unknown, shape: readonly number[], datatype: Datatype): boolean {
  const [size, ...inner] = shape;
  if (size === undefined) return isOf(value, datatype);
  return (
    Array.isArray(value) &&
    (size === -1 || value.length === size) &&
    value.every((one) => fits(one, inner, datatype))
  );
}

function isOf(value: unknown, datatype: Datatype): boolean {
  if (datatype === 'BYTES') return typeof value === 'string';
  if (datatype === 'BOOL') return typeof value === 'boolean';
  // Integers beyond 2^53 are written as text, as in requests.
  if (datatype === 'INT64' || datatype === 'UINT64') {
    return Number.isSafeInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value));
  }
  return typeof value === 'number' && Number.isFinite(value);
}
