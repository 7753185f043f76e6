import type { Prediction } from '../../domain/observation.js';
import { SerinError } from '../../domain/errors.js';
import { datatypes, elementCount, type Datatype, type Tensor } from '../../domain/tensor.js';
import { isJsonObject, type JsonObject } from '../protocols/json/json-body.js';
import { findNonFinite } from '../protocols/non-finite.js';
import { readBinary } from '../protocols/open-inference/binary-tensors.js';
import { predictionOf } from '../protocols/prediction.js';
import type { JsonMessage } from './json-message.js';

/**
 * Reads the first row's prediction out of outputs that a server of the Open Inference Protocol sent
 * as bytes: the first element of the first of them, text as a class, a number as a score.
 * @returns undefined where there is none, or the bytes are not what the JSON says: they are passed
 * on to the client, who asked for them
 * @throws SerinError `output-not-finite` for a NaN or an infinity in any of them
 */
export function readBinaryPrediction(answer: JsonMessage): Prediction | undefined {
  const outputs = binaryTensors(answer, 'outputs');
  const nonFinite = findNonFinite(outputs);
  if (nonFinite !== undefined) {
    throw new SerinError('output-not-finite', {
      expected: `finite numbers in output ${nonFinite.output}`,
      found: `NaN or an infinity in row ${nonFinite.row + 1}, from an HTTP server`,
    });
  }
  const [first] = outputs;
  if (first === undefined) return undefined;
  const isText = first.datatype === 'BYTES' || first.datatype === 'BOOL';
  return predictionOf(outputs, {
    output: first.name,
    kind: isText ? 'label' : 'score',
    labels: [],
  });
}

/** The tensors behind the JSON, in the order of its list, up to the first that cannot be read. */
export function binaryTensors(
  { object, binary }: JsonMessage,
  list: 'inputs' | 'outputs',
): readonly Tensor[] {
  const described = object[list];
  const tensors: Tensor[] = [];
  let at = 0;
  for (const one of Array.isArray(described) ? (described as unknown[]) : []) {
    if (!isJsonObject(one)) return tensors;
    const { parameters } = one;
    const size = isJsonObject(parameters) ? parameters['binary_data_size'] : undefined;
    if (typeof size !== 'number') continue;
    const tensor = tensorOf(one, binary.subarray(at, at + size));
    if (tensor === undefined) return tensors;
    tensors.push(tensor);
    at += size;
  }
  return tensors;
}

function tensorOf(described: JsonObject, bytes: Buffer): Tensor | undefined {
  const { name, datatype, shape } = described;
  if (typeof name !== 'string' || !isDatatype(datatype) || !isShape(shape)) return undefined;
  try {
    return { name, datatype, shape, data: readBinary(bytes, datatype, elementCount(shape), name) };
  } catch {
    return undefined;
  }
}

function isDatatype(value: unknown): value is Datatype {
  return (datatypes as readonly unknown[]).includes(value);
}

function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((length) => Number.isSafeInteger(length));
}
