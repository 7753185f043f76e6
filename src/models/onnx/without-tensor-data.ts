import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

type MessageName =
  | 'ModelProto'
  | 'GraphProto'
  | 'FunctionProto'
  | 'NodeProto'
  | 'AttributeProto'
  | 'SparseTensorProto'
  | 'TensorProto';

interface Layout {
  /** Fields that hold messages in which there may be weights, by number. */
  readonly into: Readonly<Record<number, MessageName>>;
  /** Fields that hold weights, by number, or that matter in training only. */
  readonly left: ReadonlySet<number>;
}

/** The part of onnx.proto that leads to weights; field numbers never change. */
const layouts: Readonly<Record<MessageName, Layout>> = {
  ModelProto: { into: { 7: 'GraphProto', 25: 'FunctionProto' }, left: new Set([20]) },
  GraphProto: {
    into: { 1: 'NodeProto', 5: 'TensorProto', 15: 'SparseTensorProto' },
    left: new Set(),
  },
  FunctionProto: { into: { 7: 'NodeProto', 11: 'AttributeProto' }, left: new Set() },
  NodeProto: { into: { 5: 'AttributeProto' }, left: new Set() },
  AttributeProto: {
    into: {
      5: 'TensorProto',
      6: 'GraphProto',
      10: 'TensorProto',
      11: 'GraphProto',
      22: 'SparseTensorProto',
      23: 'SparseTensorProto',
    },
    left: new Set([7, 8, 9]),
  },
  SparseTensorProto: { into: { 1: 'TensorProto', 2: 'TensorProto' }, left: new Set() },
  TensorProto: { into: {}, left: new Set([4, 5, 6, 7, 9, 10, 11]) },
};

/**
 * An ONNX file without its weights: the same message, but tensors have no elements. What is left is
 * small, so that a file of hundreds of megabytes is understood without being held twice.
 * @param bytes a serialised ModelProto
 * @throws Error when the bytes are not a protobuf message, or end too early
 */
export function withoutTensorData(bytes: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  keep(bytes, 'ModelProto', kept);
  return Buffer.concat(kept);
}

/** Appends what is kept of a message to `kept`, and tells its length in bytes. */
function keep(bytes: Uint8Array, message: MessageName, kept: Uint8Array[]): number {
  const { into, left } = layouts[message];
  const reader = new BinaryReader(bytes);
  let length = 0;
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [field, wireType] = reader.tag();
    const inner = into[field];
    if (inner !== undefined && wireType === WireType.LengthDelimited) {
      length += keepInner(reader, field, inner, kept);
    } else {
      reader.skip(wireType, field);
      if (left.has(field)) continue;
      kept.push(bytes.subarray(start, reader.pos));
      length += reader.pos - start;
    }
  }
  return length;
}

function keepInner(
  reader: BinaryReader,
  field: number,
  message: MessageName,
  kept: Uint8Array[],
): number {
  const content = reader.bytes();
  // The header says how long the content has become, which is known only afterwards.
  const headerAt = kept.push(new Uint8Array()) - 1;
  const length = keep(content, message, kept);
  const header = new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(length).finish();
  kept[headerAt] = header;
  return header.length + length;
}
