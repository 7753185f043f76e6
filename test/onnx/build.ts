import type { Datatype } from '../../src/domain/tensor.js';

/** The smallest writer of ONNX files that tests need; field numbers are those of onnx.proto3. */

/** A dimension: a size, or the name of one that may vary. */
export type Dimension = number | string;

export interface OnnxValue {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly Dimension[];
  /** Whether it is a sequence of such tensors. */
  readonly isSequence?: boolean;
}

export interface OnnxTensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** Little-endian elements; left out when `external` names the file that holds them. */
  readonly raw?: Uint8Array;
  readonly external?: string;
}

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** The operator's domain; empty for ONNX's own. */
  readonly domain?: string;
}

/** An integer, integers, text, a tensor or a graph; floats are written as `{ float }`. */
export type Attribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly tensor: OnnxTensor }
  | { readonly graph: OnnxGraph };

export interface OnnxGraph {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  readonly constants?: readonly OnnxTensor[];
}

/**
 * A whole .onnx file.
 * @param options opset of ONNX's own operators (default 17), further domains, metadata properties
 */
export function onnxModel(
  graph: OnnxGraph,
  options: {
    readonly opset?: number;
    readonly domains?: Readonly<Record<string, number>>;
    readonly metadata?: Readonly<Record<string, string>>;
  } = {},
): Uint8Array {
  const opsets = Object.entries({ '': options.opset ?? 17, ...options.domains });
  return join([
    integer(1, 8),
    text(2, 'serin-test'),
    bytes(7, graphProto(graph)),
    ...opsets.map(([domain, version]) => bytes(8, join([text(1, domain), integer(2, version)]))),
    ...Object.entries(options.metadata ?? {}).map(([key, value]) =>
      bytes(14, join([text(1, key), text(2, value)])),
    ),
  ]);
}

/** A float tensor, for weights. */
export function floats(
  name: string,
  shape: readonly number[],
  values: readonly number[],
): OnnxTensor {
  const raw = new Uint8Array(Float32Array.from(values).buffer);
  return { name, datatype: 'FP32', shape, raw };
}

/** An int64 tensor, for shapes and axes. */
export function integers(
  name: string,
  shape: readonly number[],
  values: readonly number[],
): OnnxTensor {
  const raw = new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer);
  return { name, datatype: 'INT64', shape, raw };
}

/** The numbers of onnx.proto3's TensorProto.DataType. */
const elementType: Readonly<Record<Datatype, number>> = {
  FP32: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  BYTES: 8,
  BOOL: 9,
  FP16: 10,
  FP64: 11,
  UINT32: 12,
  UINT64: 13,
  BF16: 16,
};

function graphProto(graph: OnnxGraph): Uint8Array {
  return join([
    ...graph.nodes.map((node) => bytes(1, nodeProto(node))),
    text(2, 'graph'),
    ...(graph.constants ?? []).map((tensor) => bytes(5, tensorProto(tensor))),
    ...graph.inputs.map((value) => bytes(11, valueProto(value))),
    ...graph.outputs.map((value) => bytes(12, valueProto(value))),
  ]);
}

function nodeProto({ op, inputs, outputs, attributes = {}, domain = '' }: OnnxNode): Uint8Array {
  return join([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attributeProto(name, value))),
    text(7, domain),
  ]);
}

function attributeProto(name: string, value: Attribute): Uint8Array {
  return join([text(1, name), ...attributeValue(value)]);
}

/** The value's field and, in field 20, which kind of value it is. */
function attributeValue(value: Attribute): Uint8Array[] {
  if (typeof value === 'number') return [integer(3, value), integer(20, 2)];
  if (typeof value === 'string') return [text(4, value), integer(20, 3)];
  if ('float' in value) return [float(2, value.float), integer(20, 1)];
  if ('tensor' in value) return [bytes(5, tensorProto(value.tensor)), integer(20, 4)];
  if ('graph' in value) return [bytes(6, graphProto(value.graph)), integer(20, 5)];
  return [...value.map((item) => integer(8, item)), integer(20, 7)];
}

function tensorProto({ name, datatype, shape, raw, external }: OnnxTensor): Uint8Array {
  const place =
    external === undefined
      ? [bytes(9, raw ?? new Uint8Array(0))]
      : [bytes(13, join([text(1, 'location'), text(2, external)])), integer(14, 1)];
  return join([
    ...shape.map((size) => integer(1, size)),
    integer(2, elementType[datatype]),
    text(8, name),
    ...place,
  ]);
}

function valueProto({ name, datatype, shape, isSequence = false }: OnnxValue): Uint8Array {
  const dimensions = shape.map((size) =>
    bytes(1, typeof size === 'number' ? integer(1, size) : text(2, size)),
  );
  const tensor = bytes(1, join([integer(1, elementType[datatype]), bytes(2, join(dimensions))]));
  return join([text(1, name), bytes(2, isSequence ? bytes(4, bytes(1, tensor)) : tensor)]);
}

function integer(field: number, value: number): Uint8Array {
  return join([varint(field * 8), varint(value)]);
}

function float(field: number, value: number): Uint8Array {
  return join([varint(field * 8 + 5), new Uint8Array(Float32Array.of(value).buffer)]);
}

function text(field: number, value: string): Uint8Array {
  return bytes(field, Buffer.from(value));
}

function bytes(field: number, value: Uint8Array): Uint8Array {
  return join([varint(field * 8 + 2), varint(value.length), value]);
}

/** A protobuf varint; negative numbers are their 64-bit two's complement. */
function varint(value: number): Uint8Array {
  const result: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    result.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  result.push(Number(rest));
  return Uint8Array.from(result);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
