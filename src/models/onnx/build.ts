import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import type { Datatype, Tensor } from '../../domain/tensor.js';
import { toAttribute, type AttributeValue } from './attribute.js';
import { toOnnxType } from './datatypes.js';
import type { ExternalData } from './external-data.js';
import {
  ModelProtoSchema,
  type GraphProtoSchema,
  type ValueInfoProtoSchema,
} from './generated/onnx_pb.js';
import { toExternalTensor, toTensorProto } from './tensor-proto.js';

/** An input or output to write; a dimension is a size, a symbol, or -1 for one without a name. */
interface ValueToBuild {
  readonly name: string;
  readonly datatype: Datatype;
  /** Left out: a tensor of unknown rank. */
  readonly shape?: readonly (number | string)[];
}

export interface NodeToBuild {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** Left out: ONNX's own operators. */
  readonly domain?: string;
}

/** An initialiser whose elements are in another file. */
interface ExternalTensor extends Omit<ExternalData, 'tensor'> {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

interface GraphToBuild {
  readonly name?: string;
  readonly inputs: readonly ValueToBuild[];
  readonly outputs: readonly ValueToBuild[];
  readonly nodes: readonly NodeToBuild[];
  readonly initializers?: readonly (Tensor | ExternalTensor)[];
}

export interface ModelToBuild extends GraphToBuild {
  /** By operator domain; `ai.onnx` 17 where it is left out. */
  readonly opsets?: Readonly<Record<string, number>>;
  /** 8 where it is left out: what belongs to opset 17. */
  readonly irVersion?: number;
  readonly producer?: { readonly name: string; readonly version: string };
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes an ONNX model. The same model always gives the same bytes.
 * Source of the format: ONNX, docs/IR.md and onnx.proto.
 */
export function buildModel(model: ModelToBuild): Uint8Array {
  const { opsets = { 'ai.onnx': 17 }, irVersion = 8, metadata = {} } = model;
  const message = create(ModelProtoSchema, {
    irVersion: BigInt(irVersion),
    producerName: model.producer?.name ?? 'serin',
    producerVersion: model.producer?.version ?? '',
    docString: model.description ?? '',
    graph: toGraph(model),
    opsetImport: Object.entries(opsets).map(([domain, version]) => ({
      domain: domain === 'ai.onnx' ? '' : domain,
      version: BigInt(version),
    })),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, message);
}

function toGraph(graph: GraphToBuild): MessageInitShape<typeof GraphProtoSchema> {
  return {
    name: graph.name ?? 'graph',
    input: graph.inputs.map(toValueInfo),
    output: graph.outputs.map(toValueInfo),
    initializer: (graph.initializers ?? []).map((tensor) =>
      'data' in tensor ? toTensorProto(tensor) : toExternalTensor(tensor),
    ),
    node: graph.nodes.map(({ type, inputs, outputs, attributes = {}, domain = '' }) => ({
      opType: type,
      domain,
      input: [...inputs],
      output: [...outputs],
      attribute: Object.entries(attributes).map(([name, value]) => toAttribute(name, value)),
    })),
  };
}

function toValueInfo({
  name,
  datatype,
  shape,
}: ValueToBuild): MessageInitShape<typeof ValueInfoProtoSchema> {
  const tensor = {
    elemType: toOnnxType(datatype),
    ...(shape === undefined ? {} : { shape: { dim: shape.map(toDimension) } }),
  };
  return { name, type: { value: { case: 'tensorType', value: tensor } } };
}

function toDimension(dimension: number | string) {
  if (typeof dimension === 'string') {
    return { value: { case: 'dimParam', value: dimension } as const };
  }
  if (dimension < 0) return {};
  return { value: { case: 'dimValue', value: BigInt(dimension) } as const };
}
