import { SerinError } from '../../../domain/errors.js';
import type { Tensor } from '../../../domain/tensor.js';
import { isBatchable } from '../../../domain/signature.js';
import type { OnnxVersion } from '../../../domain/version.js';
import type { DecodedCall, RequestHeaders } from '../codec.js';
import { describeJson } from '../json/describe-json.js';
import { parseJsonObject, refuseUnknownKeys } from '../json/json-body.js';
import { BinarySection } from './binary-section.js';
import { parametersOf, refuseUnsupported } from './parameters.js';
import { readInputTensors } from './read-inputs.js';
import { requestedOutputs } from './requested-outputs.js';

/** The address has the model's name; clients may repeat it. */
const knownKeys: ReadonlySet<string> = new Set([
  'id',
  'parameters',
  'inputs',
  'outputs',
  'model_name',
  'model_version',
]);

/**
 * Reads an inference request.
 * Source: Open Inference Protocol, "Inference Request JSON Object"; Triton Inference Server,
 * "Binary Tensor Data Extension".
 * @throws SerinError `invalid-json`, `invalid-request`, `invalid-input`, `invalid-binary`,
 * `unsupported-extension`
 */
export function decodeInference(
  body: Buffer,
  headers: RequestHeaders,
  version: OnnxVersion,
): DecodedCall {
  const { json, binary } = BinarySection.split(body, headers);
  const request = parseJsonObject(json);
  refuseUnknownKeys(request, knownKeys, 'an inference request');
  const parameters = parametersOf(request, 'the request');
  refuseUnsupported(parameters, 'the request');
  const inputs = readInputTensors(request['inputs'], version.signature, binary);
  binary.refuseRest();
  return {
    inputs,
    rows: countRows(inputs, version),
    manyRows: true,
    id: idOf(request['id']),
    requested: requestedOutputs(request['outputs'], parameters, version.signature),
  };
}

function idOf(id: unknown): string | undefined {
  if (id === undefined || id === null) return undefined;
  if (typeof id === 'string') return id;
  throw new SerinError('invalid-request', {
    expected: '"id" as a string',
    found: describeJson(id),
  });
}

/** The length of the first free first dimension; 1 where the model has none. */
function countRows(inputs: readonly Tensor[], { signature, batching }: OnnxVersion): number {
  const free = inputs.filter((_, i) => signature.inputs[i]?.shape[0] === -1);
  const rows = free[0]?.shape[0] ?? 1;
  const other = free.find(({ shape }) => shape[0] !== rows);
  // Rows of several requests go together as one batch, so they have to be rows of every input.
  if (other === undefined || !batching.enabled || !isBatchable(signature)) return rows;
  throw new SerinError('invalid-input', {
    expected: 'the same first dimension, the rows, in every input',
    found: `${rows} in ${free[0]?.name ?? ''}, ${other.shape[0] ?? 1} in ${other.name}`,
    advice: 'A model whose inputs are no rows needs `batching: { enabled: false }` in model.yaml.',
  });
}
