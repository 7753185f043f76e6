import { SerinError } from '../../../domain/errors.js';
import type { OnnxVersion } from '../../../domain/version.js';
import type { DecodedCall } from '../codec.js';
import { describeJson } from '../json/describe-json.js';
import {
  isJsonObject,
  listOfNames,
  parseJsonObject,
  refuseUnknownKeys,
} from '../json/json-body.js';
import { type InputForms, inputForms } from './input-forms.js';
import { readNamedInputs, readOnlyInput, type ReadInputs } from './read-inputs.js';

/**
 * `model` and `version` are the gateway's: it has read them before it came here. `parameters` are
 * the client's own, such as the key that keeps a user on one arm.
 */
const knownKeys: ReadonlySet<string> = new Set([
  'features',
  'inputs',
  'model',
  'version',
  'parameters',
]);

/** Inputs never change within a version, so their forms are worked out once. */
const formsOfVersions = new WeakMap<OnnxVersion, readonly InputForms[]>();

const nothingRequested: DecodedCall['requested'] = [];

/**
 * Reads a `/predict` request: `features` for a model with one input, or `inputs` by name.
 * @throws SerinError `invalid-json`, `invalid-request`, `invalid-input`
 */
export function decodePredict(body: Buffer, version: OnnxVersion): DecodedCall {
  const { inputs, rows, manyRows } = readInputs(body, version);
  return { inputs, rows, manyRows, id: undefined, requested: nothingRequested };
}

function readInputs(body: Buffer, version: OnnxVersion): ReadInputs {
  const request = parseJsonObject(body);
  refuseUnknownKeys(request, knownKeys, 'a request');
  const { features, inputs } = request;
  if ((features === undefined) === (inputs === undefined)) {
    throw new SerinError('invalid-request', {
      expected: 'either "features" or "inputs"',
      found: features === undefined ? 'neither' : 'both',
    });
  }
  const forms = formsOf(version);
  if (features !== undefined) {
    const [onlyInput, ...others] = forms;
    if (onlyInput !== undefined && others.length === 0) return readOnlyInput(features, onlyInput);
    throw new SerinError('invalid-request', {
      expected: `"inputs" with ${listOfNames(forms.map(({ spec }) => spec.name))}, because the model has ${forms.length} inputs`,
      found: '"features"',
    });
  }
  if (isJsonObject(inputs)) return readNamedInputs(inputs, forms, version.batching.enabled);
  throw new SerinError('invalid-request', {
    expected: '"inputs" as an object of inputs by name',
    found: describeJson(inputs),
    advice: 'Tensors with shape and datatype go to /v2/models/{model}/infer.',
  });
}

function formsOf(version: OnnxVersion): readonly InputForms[] {
  const known = formsOfVersions.get(version);
  if (known !== undefined) return known;
  const forms = version.signature.inputs.map(inputForms);
  formsOfVersions.set(version, forms);
  return forms;
}
