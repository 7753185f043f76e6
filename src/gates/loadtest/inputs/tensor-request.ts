import type { Signature } from '../../../domain/signature.js';
import type { Tensor } from '../../../domain/tensor.js';
import { nestedJson } from '../../../serving/protocols/json/write-elements.js';
import { isFraction } from '../../validate/inputs/fill.js';
import type { LoadRequest } from '../sender.js';
import { isOpenInference } from './address.js';
import { jsonRequest, rowRequest, type Asking } from './prediction-cases.js';

/** A request with whole inputs, which are one row. */
export function tensorRequest(
  tensors: readonly Tensor[],
  signature: Signature,
  asking: Asking,
): LoadRequest {
  if (isOpenInference(asking.path)) {
    const inputs = tensors.map((tensor) => {
      const { name, datatype, shape, data } = tensor;
      return { name, datatype, shape, data: jsonOf(tensor, [data.length]) };
    });
    return jsonRequest(asking.path, { inputs });
  }
  const row = tensors.map((tensor): [string, unknown] => {
    const { shape } = signature.inputs.find(({ name }) => name === tensor.name) ?? tensor;
    const isRow = shape[0] === -1;
    return [tensor.name, jsonOf(tensor, isRow ? tensor.shape.slice(1) : tensor.shape)];
  });
  return rowRequest(Object.fromEntries(row), signature, asking);
}

/** The first elements of a tensor, nested as the shape is. */
function jsonOf(tensor: Tensor, shape: readonly number[]): unknown {
  const text = nestedJson(tensor, shape, 0, 'numbers');
  return JSON.parse(text, isFraction(tensor.datatype) ? rounded : undefined);
}

/** Six digits or seven are what a client would send, and do not hide the cost of parsing more. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(7)) : value;
}
