import { fromBinary } from '@bufbuild/protobuf';
import { SerinError } from '../../../domain/errors.js';
import { elementCount, type Tensor, type TensorData } from '../../../domain/tensor.js';
import { fromOnnxType, onnxTypeName } from '../../../models/onnx/datatypes.js';
import { TensorProtoSchema, type TensorProto } from '../../../models/onnx/generated/onnx_pb.js';
import { zeros } from '../../../serving/tensor-data.js';
import { rawElements } from './raw-elements.js';

/**
 * Reads a TensorProto, as ONNX's own test data are (`input_0.pb`).
 * Source of the format: onnx.proto, TensorProto.
 * @throws SerinError `invalid-input`
 */
export function readTensorProto(bytes: Buffer, name: string): Tensor {
  const message = decode(bytes, name);
  const datatype = fromOnnxType(message.dataType);
  if (datatype === undefined) {
    throw invalid(`a tensor of numbers or text in ${name}`, onnxTypeName(message.dataType));
  }
  const shape = message.dims.map(Number);
  const count = elementCount(shape);
  const data = datatype === 'BYTES' ? message.stringData : elementsOf(message, datatype, count);
  if (data?.length !== count) {
    throw invalid(
      `${count} elements in ${name}`,
      `${data?.length ?? 'another number of'} elements`,
    );
  }
  return { name, datatype, shape, data };
}

function decode(bytes: Buffer, name: string): TensorProto {
  try {
    return fromBinary(TensorProtoSchema, bytes);
  } catch (thrown) {
    throw invalid(`a TensorProto in ${name}`, 'something else', thrown);
  }
}

type Fixed = Exclude<Tensor['datatype'], 'BYTES'>;

function elementsOf(message: TensorProto, datatype: Fixed, count: number): TensorData | undefined {
  if (message.rawData.length > 0 || count === 0) {
    return rawElements(datatype, message.rawData, count, true);
  }
  const listed = listOf(message, datatype);
  const data = zeros(datatype, listed.length);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    listed.forEach((value, i) => (data[i] = BigInt(value)));
  } else {
    // 16-bit floats are listed as their bits.
    listed.forEach((value, i) => (data[i] = Number(value)));
  }
  return data;
}

/** The field in which elements of a datatype are listed (onnx.proto, TensorProto). */
function listOf(message: TensorProto, datatype: Fixed): readonly (number | bigint)[] {
  switch (datatype) {
    case 'FP32':
      return message.floatData;
    case 'FP64':
      return message.doubleData;
    case 'INT64':
      return message.int64Data;
    case 'UINT32':
    case 'UINT64':
      return message.uint64Data;
    case 'BOOL':
    case 'UINT8':
    case 'UINT16':
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'FP16':
    case 'BF16':
      return message.int32Data;
  }
}

function invalid(expected: string, found: string, cause?: unknown): SerinError {
  return new SerinError('invalid-input', { expected, found, cause });
}
