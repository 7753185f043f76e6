import { SerinError } from '../../../domain/errors.js';
import { describeJson } from '../json/describe-json.js';
import { isJsonObject, type JsonObject } from '../json/json-body.js';

const none: JsonObject = {};

/**
 * The `parameters` of a request, an input or an output; none where they are left out or null.
 * @param where in words: "input x"
 * @throws SerinError `invalid-request`
 */
export function parametersOf(object: JsonObject, where: string): JsonObject {
  const parameters = object['parameters'];
  if (parameters === undefined || parameters === null) return none;
  if (isJsonObject(parameters)) return parameters;
  throw new SerinError('invalid-request', {
    expected: `"parameters" of ${where} as an object`,
    found: describeJson(parameters),
  });
}

/**
 * A parameter that is true or false.
 * @returns undefined where it is left out
 * @throws SerinError `invalid-request`
 */
export function booleanParameter(
  parameters: JsonObject,
  name: string,
  where: string,
): boolean | undefined {
  const value = parameters[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  throw new SerinError('invalid-request', {
    expected: `the parameter ${name} of ${where} as true or false`,
    found: describeJson(value),
  });
}

/**
 * Refuses parameters whose extension changes where tensors are or what they hold. Others, such as
 * priority or a client's own, do not change the answer, and the protocol lets a server ignore them.
 * @throws SerinError `unsupported-extension`
 */
export function refuseUnsupported(parameters: JsonObject, where: string): void {
  for (const name in parameters) {
    if (name !== 'classification' && !name.startsWith('shared_memory_')) continue;
    throw new SerinError('unsupported-extension', {
      expected: 'tensors in the body, as JSON or as binary data',
      found: `the parameter ${name} of ${where}`,
    });
  }
}
