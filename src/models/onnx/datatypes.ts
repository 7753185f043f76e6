import type { Datatype } from '../../domain/tensor.js';
import { TensorProto_DataType as OnnxType } from './generated/onnx_pb.js';

const onnxTypes: Readonly<Record<Datatype, OnnxType>> = {
  BOOL: OnnxType.BOOL,
  UINT8: OnnxType.UINT8,
  UINT16: OnnxType.UINT16,
  UINT32: OnnxType.UINT32,
  UINT64: OnnxType.UINT64,
  INT8: OnnxType.INT8,
  INT16: OnnxType.INT16,
  INT32: OnnxType.INT32,
  INT64: OnnxType.INT64,
  FP16: OnnxType.FLOAT16,
  BF16: OnnxType.BFLOAT16,
  FP32: OnnxType.FLOAT,
  FP64: OnnxType.DOUBLE,
  BYTES: OnnxType.STRING,
};

const datatypeByOnnxType = new Map<number, Datatype>(
  (Object.keys(onnxTypes) as Datatype[]).map((datatype) => [onnxTypes[datatype], datatype]),
);

/** ONNX's number for a datatype: `TensorProto.DataType` in onnx.proto. */
export function toOnnxType(datatype: Datatype): OnnxType {
  return onnxTypes[datatype];
}

/** The Open Inference Protocol's name for ONNX's number; undefined where it has none. */
export function fromOnnxType(onnxType: number): Datatype | undefined {
  return datatypeByOnnxType.get(onnxType);
}

/** ONNX's own name for its number, for messages about datatypes that cannot be served. */
export function onnxTypeName(onnxType: number): string {
  return OnnxType[onnxType] ?? `type ${onnxType}`;
}
