import { SerinError } from '../domain/errors.js';
import { formatShape, type TensorSpec } from '../domain/signature.js';
import type { OnnxVersion, Version } from '../domain/version.js';

/**
 * The canary must be another version, and must understand what stable understands.
 * @throws SerinError `canary-is-stable`, `signature-mismatch`
 */
export function refuseSameOrUnfit(stable: Version, canary: Version): void {
  if (isSame(stable, canary)) throw new SerinError('canary-is-stable', { found: stable.version });
  if (stable.kind === 'onnx' && canary.kind === 'onnx') refuseOtherSignature(stable, canary);
}

function isSame(stable: Version, canary: Version): boolean {
  // The name of a process is made of all that counts; a file of one name is never two versions.
  if (stable.kind !== 'http') {
    return canary.kind === stable.kind && canary.version === stable.version;
  }
  return canary.kind === 'http' && canary.url === stable.url;
}

function refuseOtherSignature(stable: OnnxVersion, canary: OnnxVersion): void {
  for (const input of stable.signature.inputs) {
    refuseUnless(input, 'input', canary.signature.inputs, acceptsAllOf);
  }
  for (const output of stable.signature.outputs) {
    refuseUnless(output, 'output', canary.signature.outputs, isOfSameRank);
  }
  const known = new Set(stable.signature.inputs.map(({ name }) => name));
  const added = canary.signature.inputs.find(({ name }) => !known.has(name));
  if (added !== undefined) {
    throw new SerinError('signature-mismatch', {
      expected: `only the inputs of stable: ${[...known].join(', ')}`,
      found: `input ${formatSpec(added)} as well`,
    });
  }
}

function refuseUnless(
  wanted: TensorSpec,
  what: 'input' | 'output',
  specs: readonly TensorSpec[],
  fits: (spec: TensorSpec, wanted: TensorSpec) => boolean,
): void {
  const spec = specs.find(({ name }) => name === wanted.name);
  if (spec?.datatype === wanted.datatype && fits(spec, wanted)) return;
  throw new SerinError('signature-mismatch', {
    expected: `${what} ${formatSpec(wanted)}, as stable has it`,
    found: spec === undefined ? `no ${what} of this name` : formatSpec(spec),
  });
}

/** Every shape that `wanted` takes, `spec` takes, too. */
function acceptsAllOf(spec: TensorSpec, wanted: TensorSpec): boolean {
  return (
    spec.shape.length === wanted.shape.length &&
    spec.shape.every((dimension, i) => dimension === -1 || dimension === wanted.shape[i])
  );
}

/** Labels may be added to an output, so that only its rank must stay. */
function isOfSameRank(spec: TensorSpec, wanted: TensorSpec): boolean {
  return spec.shape.length === wanted.shape.length;
}

function formatSpec({ name, datatype, shape }: TensorSpec): string {
  return `${name} ${datatype} ${formatShape(shape)}`;
}
