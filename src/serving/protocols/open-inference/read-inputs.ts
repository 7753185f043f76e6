import { SerinError } from '../../../domain/errors.js';
import type { Signature, TensorSpec } from '../../../domain/signature.js';
import { elementCount, type Tensor, type TensorData } from '../../../domain/tensor.js';
import { readerOf } from '../elements/element-reader.js';
import { describeJson } from '../json/describe-json.js';
import {
  isJsonObject,
  type JsonObject,
  listOfNames,
  refuseUnknownKeys,
} from '../json/json-body.js';
import { nameInput, readElements } from '../json/read-elements.js';
import type { BinarySection } from './binary-section.js';
import { readBinary } from './binary-tensors.js';
import { shapeOf } from './input-shape.js';
import { parametersOf, refuseUnsupported } from './parameters.js';

const knownKeys: ReadonlySet<string> = new Set(['name', 'shape', 'datatype', 'parameters', 'data']);

/**
 * Reads the tensors of an inference request.
 * @param inputs the request's `inputs`
 * @returns one tensor for every input of the signature, in its order
 * @throws SerinError `invalid-request`, `invalid-input`, `invalid-binary`, `unsupported-extension`
 */
export function readInputTensors(
  inputs: unknown,
  signature: Signature,
  binary: BinarySection,
): readonly Tensor[] {
  if (!Array.isArray(inputs)) {
    throw new SerinError('invalid-request', {
      expected: '"inputs" as a list of tensors',
      found: describeJson(inputs),
    });
  }
  const tensors = new Map<string, Tensor>();
  for (const input of inputs) {
    const tensor = readTensor(input, signature, binary);
    if (tensors.has(tensor.name)) {
      throw new SerinError('invalid-input', {
        expected: 'every input once',
        found: `${tensor.name} twice`,
      });
    }
    tensors.set(tensor.name, tensor);
  }
  return signature.inputs.map(({ name }) => {
    const tensor = tensors.get(name);
    if (tensor !== undefined) return tensor;
    throw new SerinError('invalid-input', {
      expected: `the inputs ${namesOf(signature)}`,
      found: `no ${JSON.stringify(name)}`,
    });
  });
}

function readTensor(input: unknown, signature: Signature, binary: BinarySection): Tensor {
  if (!isJsonObject(input)) {
    throw new SerinError('invalid-request', {
      expected: 'every input as an object with "name", "shape", "datatype" and "data"',
      found: describeJson(input),
    });
  }
  refuseUnknownKeys(input, knownKeys, 'an input');
  const spec = signature.inputs.find(({ name }) => name === input['name']);
  if (spec === undefined) {
    throw new SerinError('invalid-input', {
      expected: `inputs out of ${namesOf(signature)}`,
      found: describeJson(input['name']),
    });
  }
  if (input['datatype'] !== spec.datatype) {
    throw new SerinError('invalid-input', {
      expected: `the datatype ${spec.datatype} (${nameInput(spec)})`,
      found: describeJson(input['datatype']),
    });
  }
  const shape = shapeOf(input['shape'], spec);
  const data = readData(input, spec, shape, binary);
  return { name: spec.name, datatype: spec.datatype, shape, data };
}

function readData(
  input: JsonObject,
  spec: TensorSpec,
  shape: readonly number[],
  binary: BinarySection,
): TensorData {
  const where = `input ${spec.name}`;
  const parameters = parametersOf(input, where);
  refuseUnsupported(parameters, where);
  const size = parameters['binary_data_size'] ?? undefined;
  const data = input['data'] ?? undefined;
  if ((size === undefined) === (data === undefined)) {
    throw new SerinError('invalid-request', {
      expected: `either "data" or the parameter binary_data_size in ${where}`,
      found: size === undefined ? 'neither' : 'both',
    });
  }
  return size === undefined
    ? readJsonData(data, spec, shape)
    : readBinary(binary.take(size, where), spec.datatype, elementCount(shape), where);
}

/** Flat in row-major order, or nested as the shape says. */
function readJsonData(data: unknown, spec: TensorSpec, shape: readonly number[]): TensorData {
  if (!Array.isArray(data)) {
    throw new SerinError('invalid-input', {
      expected: `"data" as a list (${nameInput(spec)})`,
      found: describeJson(data),
    });
  }
  const isNested = Array.isArray(data[0]);
  const count = elementCount(shape);
  const { noun } = readerOf(spec.datatype);
  return readElements(data, {
    spec,
    shape: isNested ? shape : [count],
    rowsFirst: isNested && spec.shape[0] === -1,
    expected: isNested
      ? `${noun} nested as the shape [${shape.join(', ')}]`
      : `${count} ${noun}, as the shape [${shape.join(', ')}] says`,
  });
}

function namesOf({ inputs }: Signature): string {
  return listOfNames(inputs.map(({ name }) => name));
}
