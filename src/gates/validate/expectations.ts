import { nearestName } from '../../config/nearest-name.js';
import { share, size, time } from '../../config/units.js';
import type { SerinError } from '../../domain/errors.js';
import { datatypes, type Datatype } from '../../domain/tensor.js';
import type { LayeredConfig } from '../../models/config/layers.js';
import { validationCodes } from './codes.js';

/** What an input or output has to be, and which numbers it holds. */
export interface ExpectedValue {
  readonly datatype?: Datatype;
  /** A dimension that may vary is -1. */
  readonly shape?: readonly number[];
  readonly min?: number;
  readonly max?: number;
}

/** Largest allowed difference of a number: absolute + relative × |expected|, as numpy.isclose. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/** What a version has to be: of model.yaml (`validate`) and of whoever asks. */
export interface Expectations {
  readonly inputs: Readonly<Record<string, ExpectedValue>>;
  readonly outputs: Readonly<Record<string, ExpectedValue & Partial<Tolerance>>>;
  /** Sizes of dynamic dimensions by their names in the file. */
  readonly dimensions: Readonly<Record<string, number>>;
  /** Undefined: what the runtime brings along. */
  readonly domains: readonly string[] | undefined;
  readonly digest: string | undefined;
  /** Files or folders with golden pairs; relative ones to the version's or the model's folder. */
  readonly golden: readonly string[];
  /** A file with recorded rows, likewise. */
  readonly rows: string | undefined;
  readonly maxSizeBytes: number | undefined;
  /** Times stable's size. */
  readonly maxGrowth: number;
  readonly maxLoadMs: number | undefined;
  readonly maxMemoryBytes: number | undefined;
  /** 99 of 100 requests of one row. */
  readonly maxLatencyMs: number | undefined;
  /** Times stable's latency. */
  readonly maxSlowdown: number;
  /** Share of answers that agree with stable's, 0 to 1. */
  readonly minAgreement: number | undefined;
  /** Why findings of these codes are accepted. */
  readonly accept: Readonly<Record<string, string>>;
}

/** What holds where nobody says otherwise. */
export const defaultExpectations: Expectations = {
  inputs: {},
  outputs: {},
  dimensions: {},
  domains: undefined,
  digest: undefined,
  golden: [],
  rows: undefined,
  maxSizeBytes: undefined,
  maxGrowth: 4,
  maxLoadMs: undefined,
  maxMemoryBytes: undefined,
  maxLatencyMs: undefined,
  maxSlowdown: 2,
  minAgreement: undefined,
  accept: {},
};

/**
 * The expectations of a model.yaml.
 * @throws SerinError `model-config-invalid` for a datatype, or an accepted code, that there is not
 */
export function expectationsOf(config: LayeredConfig): Expectations {
  const said = config.values.validate;
  if (said === undefined) return defaultExpectations;
  requireKnownCodes(config, Object.keys(said.accept ?? {}));
  const { maxSize, maxLoadTime, maxMemory, maxLatency, minAgreement } = said;
  const values = (side: 'inputs' | 'outputs') =>
    mapValues(said[side] ?? {}, (value, name) =>
      toExpectedValue(value, (expected, found) =>
        config.fail(['validate', side, name, 'datatype'], expected, found),
      ),
    );
  return {
    ...defaultExpectations,
    inputs: values('inputs'),
    outputs: values('outputs'),
    dimensions: said.dimensions ?? {},
    domains: said.domains,
    digest: said.digest,
    golden: said.golden ?? [],
    rows: said.rows,
    maxGrowth: said.maxGrowth ?? defaultExpectations.maxGrowth,
    maxSlowdown: said.maxSlowdown ?? defaultExpectations.maxSlowdown,
    maxSizeBytes: read(maxSize, size),
    maxLoadMs: read(maxLoadTime, time),
    maxMemoryBytes: read(maxMemory, size),
    maxLatencyMs: read(maxLatency, time),
    minAgreement: read(minAgreement, share),
    accept: said.accept ?? {},
  };
}

/** What is expected, where somebody who asks says more than model.yaml, or otherwise. */
export function withMore(
  expectations: Expectations,
  more: Partial<Expectations> | undefined,
): Expectations {
  if (more === undefined) return expectations;
  const { inputs, outputs, dimensions, golden, accept } = expectations;
  return {
    ...expectations,
    ...more,
    inputs: mergeValues(inputs, more.inputs),
    outputs: mergeValues(outputs, more.outputs),
    dimensions: { ...dimensions, ...more.dimensions },
    golden: [...golden, ...(more.golden ?? [])],
    accept: { ...accept, ...more.accept },
  };
}

/** What is said of a value in both places counts together: a shape from here, a range from there. */
function mergeValues<T extends object>(
  values: Readonly<Record<string, T>>,
  more: Readonly<Record<string, T>> = {},
): Record<string, T> {
  return { ...values, ...mapValues(more, (value, name) => ({ ...values[name], ...value })) };
}

/** A datatype by its name here, in NumPy or in ONNX: `FP32`, `float32`, `float`. */
export function toDatatype(name: string): Datatype | undefined {
  const plain = name.trim().toLowerCase();
  return (
    datatypes.find((datatype) => datatype.toLowerCase() === plain) ??
    (Object.hasOwn(otherNames, plain) ? otherNames[plain] : undefined)
  );
}

/** A dimension as people and exporters write it: a size, or anything else for one that may vary. */
export function toDimension(written: number | string | null): number {
  const size = Number(written ?? -1);
  return Number.isInteger(size) && size >= 0 ? size : -1;
}

const otherNames: Readonly<Record<string, Datatype>> = {
  bool: 'BOOL',
  float16: 'FP16',
  half: 'FP16',
  bfloat16: 'BF16',
  float: 'FP32',
  float32: 'FP32',
  double: 'FP64',
  float64: 'FP64',
  string: 'BYTES',
  object: 'BYTES',
};

function requireKnownCodes(config: LayeredConfig, codes: readonly string[]): void {
  const odd = codes.find((code) => !Object.hasOwn(validationCodes, code));
  if (odd === undefined) return;
  const near = nearestName(odd, Object.keys(validationCodes));
  const expected = near === undefined ? 'a code of a finding' : `a code of a finding, as ${near}`;
  throw config.fail(['validate', 'accept', odd], expected, JSON.stringify(odd));
}

interface WrittenValue {
  readonly datatype?: string;
  readonly shape?: readonly (number | string | null)[];
  readonly min?: number;
  readonly max?: number;
  readonly absolute?: number;
  readonly relative?: number;
}

function toExpectedValue(
  { datatype: named, shape, ...numbers }: WrittenValue,
  fail: (expected: string, found: string) => SerinError,
): ExpectedValue & Partial<Tolerance> {
  const datatype = named === undefined ? undefined : toDatatype(named);
  if (named !== undefined && datatype === undefined) {
    throw fail(`one of ${datatypes.join(', ')}`, JSON.stringify(named));
  }
  return {
    ...numbers,
    ...(datatype === undefined ? {} : { datatype }),
    ...(shape === undefined ? {} : { shape: shape.map(toDimension) }),
  };
}

function read(
  text: string | undefined,
  unit: { readonly read: (text: string) => number },
): number | undefined {
  return text === undefined ? undefined : unit.read(text);
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, map(value, name)]),
  );
}
