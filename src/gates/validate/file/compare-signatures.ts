import { formatShape, type Signature, type TensorSpec } from '../../../domain/signature.js';

/** One thing in which a signature differs from stable's. */
export interface SignatureDifference {
  /** Whether somebody who speaks to stable would not be understood, or would not understand. */
  readonly breaking: boolean;
  readonly title: string;
  readonly expected: string;
  readonly found: string;
}

export interface SignatureComparison {
  readonly relation: 'identical' | 'widened' | 'breaking';
  readonly differences: readonly SignatureDifference[];
}

/**
 * Compares a signature with stable's. Widened: every request that stable takes is taken, and what
 * stable answers is answered; breaking: everything else.
 */
export function compareSignatures(stable: Signature, candidate: Signature): SignatureComparison {
  const differences = [
    ...stable.inputs.flatMap((spec) => inputDifference(spec, candidate.inputs)),
    ...added(candidate.inputs, stable.inputs).map((spec) => ({
      breaking: true,
      title: `a new input ${spec.name}, which nobody sends to stable`,
      expected: `the inputs ${names(stable.inputs)}`,
      found: `${formatSpec(spec)} as well${renamed(spec, stable.inputs, candidate.inputs)}`,
    })),
    ...stable.outputs.flatMap((spec) => outputDifference(spec, candidate.outputs)),
    ...added(candidate.outputs, stable.outputs).map((spec) => ({
      breaking: false,
      title: `a new output ${spec.name}`,
      expected: `the outputs ${names(stable.outputs)}`,
      found: `${formatSpec(spec)} as well`,
    })),
  ];
  const relation = differences.some(({ breaking }) => breaking) ? 'breaking' : 'widened';
  return { relation: differences.length === 0 ? 'identical' : relation, differences };
}

function inputDifference(wanted: TensorSpec, specs: readonly TensorSpec[]): SignatureDifference[] {
  const spec = specs.find(({ name }) => name === wanted.name);
  if (spec === undefined) return [missing('input', wanted, specs)];
  if (isSame(spec, wanted)) return [];
  const takesAll =
    spec.datatype === wanted.datatype &&
    spec.shape.length === wanted.shape.length &&
    spec.shape.every((size, axis) => size === -1 || size === wanted.shape[axis]);
  return [changed('input', wanted, spec, !takesAll)];
}

function outputDifference(wanted: TensorSpec, specs: readonly TensorSpec[]): SignatureDifference[] {
  const spec = specs.find(({ name }) => name === wanted.name);
  if (spec === undefined) return [missing('output', wanted, specs)];
  if (isSame(spec, wanted)) return [];
  // Fewer shapes are understood by whoever understands more.
  const isUnderstood =
    spec.datatype === wanted.datatype &&
    spec.shape.length === wanted.shape.length &&
    wanted.shape.every((size, axis) => size === -1 || size === spec.shape[axis]);
  return [changed('output', wanted, spec, !isUnderstood)];
}

function missing(
  side: 'input' | 'output',
  wanted: TensorSpec,
  specs: readonly TensorSpec[],
): SignatureDifference {
  return {
    breaking: true,
    title: `the ${side} ${wanted.name} is gone`,
    expected: `${side} ${formatSpec(wanted)}, as stable has it`,
    found: `the ${side}s ${names(specs)}`,
  };
}

function changed(
  side: 'input' | 'output',
  wanted: TensorSpec,
  spec: TensorSpec,
  breaking: boolean,
): SignatureDifference {
  return {
    breaking,
    title: `the ${side} ${spec.name} is another one than stable's`,
    expected: `${formatSpec(wanted)}, as stable has it`,
    found: formatSpec(spec),
  };
}

/** A new name of the same type in the place of one that is gone was most likely renamed. */
function renamed(
  spec: TensorSpec,
  before: readonly TensorSpec[],
  after: readonly TensorSpec[],
): string {
  const gone = added(before, after).filter((one) => isSame(one, spec));
  return gone.length === 1 ? ` (was ${gone[0]?.name ?? ''} renamed?)` : '';
}

function added(specs: readonly TensorSpec[], known: readonly TensorSpec[]): readonly TensorSpec[] {
  return specs.filter(({ name }) => !known.some((one) => one.name === name));
}

function isSame(one: TensorSpec, other: TensorSpec): boolean {
  return (
    one.datatype === other.datatype &&
    one.shape.length === other.shape.length &&
    one.shape.every((size, axis) => size === other.shape[axis])
  );
}

function names(specs: readonly TensorSpec[]): string {
  return specs.map(({ name }) => name).join(', ');
}

function formatSpec({ name, datatype, shape }: TensorSpec): string {
  return `${name} ${datatype} ${formatShape(shape)}`;
}
