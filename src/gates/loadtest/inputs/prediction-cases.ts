import type { Signature, TensorSpec } from '../../../domain/signature.js';
import type { GoldenRow, OnnxVersion } from '../../../domain/version.js';
import type { Expectation, LoadCase } from '../load-case.js';
import type { LoadRequest } from '../sender.js';
import { isOpenInference } from './address.js';
import { expectedPrediction } from './expected-prediction.js';

/** One row of every input by name, nested as its shape is, without the dimension of the batch. */
export type NamedRow = Readonly<Record<string, unknown>>;

/** How a target wants to be asked. */
export interface Asking {
  /** With its query. */
  readonly path: string;
  /** `model` of the body, for a server with several at one address. */
  readonly model?: string;
}

/** A request for the prediction of one row. */
export function rowRequest(row: NamedRow, { inputs }: Signature, asking: Asking): LoadRequest {
  const body = isOpenInference(asking.path)
    ? { inputs: inputs.map((spec) => tensorJson(row[spec.name], spec)) }
    : {
        ...predictBody(row, inputs),
        ...(asking.model === undefined ? {} : { model: asking.model }),
      };
  return jsonRequest(asking.path, body);
}

/** A request with a JSON body. */
export function jsonRequest(path: string, body: unknown): LoadRequest {
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

/** The golden rows of a version as requests whose answers are known. */
export function goldenCases(
  version: Pick<OnnxVersion, 'signature' | 'prediction' | 'golden'>,
  asking: Asking,
): LoadCase[] {
  return version.golden.map((golden) => ({
    request: rowRequest(golden.inputs, version.signature, asking),
    expect: expectationOf(golden, version, asking),
  }));
}

function expectationOf(
  golden: GoldenRow,
  { signature, prediction }: Pick<OnnxVersion, 'signature' | 'prediction'>,
  { path }: Asking,
): Expectation {
  const { outputs, tolerance } = golden;
  if (!isOpenInference(path)) {
    return { answer: expectedPrediction(outputs, prediction), tolerance };
  }
  const answer = {
    outputs: signature.outputs.map(({ name }) =>
      name in outputs ? { name, data: flat(outputs[name]) } : { name },
    ),
  };
  return { answer, tolerance };
}

function predictBody(row: NamedRow, inputs: readonly TensorSpec[]): object {
  const [only, ...others] = inputs;
  return only !== undefined && others.length === 0 ? { features: row[only.name] } : { inputs: row };
}

function tensorJson(value: unknown, { name, datatype, shape }: TensorSpec): object {
  const batched = shape[0] === -1;
  const nested = lengths(value);
  return { name, datatype, shape: batched ? [1, ...nested] : nested, data: flat(value) };
}

function lengths(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...lengths(value[0])] : [];
}

function flat(value: unknown): unknown[] {
  return Array.isArray(value) ? value.flat(Infinity) : [value];
}
