import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { SerinError } from '../../../domain/errors.js';
import type { Signature, TensorSpec } from '../../../domain/signature.js';
import type { KnownPair } from './known-pair.js';
import { fromGoldenRow } from './model-yaml-rows.js';

const values = Type.Record(Type.String(), Type.Unknown(), { minProperties: 1 });
const pair = Type.Object(
  { inputs: values, outputs: values, tolerance: Type.Optional(Type.Number({ minimum: 0 })) },
  { additionalProperties: false },
);
const pairs = Compile(Type.Array(pair, { minItems: 1 }));

/** The tolerance of golden rows in model.yaml where they have none of their own. */
const usualTolerance = 1e-4;

/**
 * Golden pairs of a JSON file: one, or a list, of the form that `golden` has in model.yaml.
 * @throws SerinError `invalid-input`
 */
export function readJsonPairs(text: string, name: string, signature: Signature): KnownPair[] {
  const content = parse(text, name);
  const list = Array.isArray(content) ? content : [content];
  if (!pairs.Check(list)) {
    const [error] = pairs.Errors(list);
    throw invalid(
      `a list of { inputs, outputs, tolerance? } in ${name}`,
      `${error?.message ?? 'something else'} at ${error?.instancePath ?? '/'}`,
    );
  }
  return list.map(({ inputs, outputs, tolerance = usualTolerance }, index) => {
    const where = `${name}, pair ${index + 1}`;
    requireNames(Object.keys(inputs), signature.inputs, `inputs of ${where}`);
    requireNames(Object.keys(outputs), signature.outputs, `outputs of ${where}`);
    const missing = signature.inputs.find((spec) => !Object.hasOwn(inputs, spec.name));
    if (missing !== undefined) throw invalid(`the input ${missing.name} in ${where}`, 'none');
    return fromGoldenRow({ inputs, outputs, tolerance }, signature, where);
  });
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(`JSON in ${name}`, cause instanceof Error ? cause.message : 'something else');
  }
}

function requireNames(found: readonly string[], specs: readonly TensorSpec[], where: string): void {
  const odd = found.find((name) => !specs.some((spec) => spec.name === name));
  if (odd === undefined) return;
  throw invalid(`${where}: ${specs.map(({ name }) => name).join(', ')}`, JSON.stringify(odd));
}

function invalid(expected: string, found: string): SerinError {
  return new SerinError('invalid-input', { expected, found });
}
