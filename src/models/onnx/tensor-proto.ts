import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Datatype, Tensor } from '../../domain/tensor.js';
import { toOnnxType } from './datatypes.js';
import type { ExternalData } from './external-data.js';
import { TensorProto_DataLocation as DataLocation, type TensorProtoSchema } from './generated/onnx_pb.js';

type TensorMessage = MessageInitShape<typeof TensorProtoSchema>;

/** A tensor as ONNX writes it: raw little-endian elements, or byte strings for BYTES. */
export function toTensorProto(tensor: Tensor): TensorMessage {
  const { data } = tensor;
  return {
    ...head(tensor),
    ...(ArrayBuffer.isView(data)
      ? { rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
      : { stringData: data.map((bytes) => Uint8Array.from(bytes)) }),
  };
}

/** A tensor whose elements are in another file. */
export function toExternalTensor(
  tensor: Omit<ExternalData, 'tensor'> & Omit<Tensor, 'data'>,
): TensorMessage {
  const { location, offsetBytes, lengthBytes } = tensor;
  return {
    ...head(tensor),
    dataLocation: DataLocation.EXTERNAL,
    externalData: [
      { key: 'location', value: location },
      { key: 'offset', value: String(offsetBytes) },
      ...(lengthBytes === undefined ? [] : [{ key: 'length', value: String(lengthBytes) }]),
    ],
  };
}

function head({
  name,
  datatype,
  shape,
}: {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}) {
  return { name, dataType: toOnnxType(datatype), dims: shape.map(BigInt) };
}
