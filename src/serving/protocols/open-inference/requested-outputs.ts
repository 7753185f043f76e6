import { SerinError } from '../../../domain/errors.js';
import type { Signature } from '../../../domain/signature.js';
import type { RequestedOutput } from '../codec.js';
import { describeJson } from '../json/describe-json.js';
import {
  isJsonObject,
  type JsonObject,
  listOfNames,
  refuseUnknownKeys,
} from '../json/json-body.js';
import { booleanParameter, parametersOf, refuseUnsupported } from './parameters.js';

const knownKeys: ReadonlySet<string> = new Set(['name', 'parameters']);

/**
 * Which outputs to answer with, and which of them as bytes: those that are named, else all.
 * @param outputs the request's `outputs`
 * @param parameters the request's parameters; `binary_data_output` holds for every output that
 * does not say `binary_data` itself
 * @throws SerinError `invalid-request`, `invalid-input`, `unsupported-extension`
 */
export function requestedOutputs(
  outputs: unknown,
  parameters: JsonObject,
  signature: Signature,
): readonly RequestedOutput[] {
  const binary = booleanParameter(parameters, 'binary_data_output', 'the request') ?? false;
  if (outputs === undefined || outputs === null || (Array.isArray(outputs) && outputs.length === 0))
    return signature.outputs.map(({ name }) => ({ name, binary }));
  if (!Array.isArray(outputs)) {
    throw new SerinError('invalid-request', {
      expected: '"outputs" as a list',
      found: describeJson(outputs),
    });
  }
  const names = new Set<string>();
  return outputs.map((output) => {
    const requested = requestedOutput(output, binary, signature);
    if (names.has(requested.name)) {
      throw new SerinError('invalid-input', {
        expected: 'every output once',
        found: `${requested.name} twice`,
      });
    }
    names.add(requested.name);
    return requested;
  });
}

function requestedOutput(
  output: unknown,
  binaryByDefault: boolean,
  signature: Signature,
): RequestedOutput {
  if (!isJsonObject(output) || typeof output['name'] !== 'string') {
    throw new SerinError('invalid-request', {
      expected: 'every output as an object with a "name"',
      found: describeJson(output),
    });
  }
  refuseUnknownKeys(output, knownKeys, 'a requested output');
  const { name } = output;
  if (!signature.outputs.some((spec) => spec.name === name)) {
    throw new SerinError('invalid-input', {
      expected: `outputs out of ${listOfNames(signature.outputs.map((spec) => spec.name))}`,
      found: describeJson(name),
    });
  }
  const where = `output ${name}`;
  const parameters = parametersOf(output, where);
  refuseUnsupported(parameters, where);
  return { name, binary: booleanParameter(parameters, 'binary_data', where) ?? binaryByDefault };
}
