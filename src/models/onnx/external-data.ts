import { SerinError } from '../../domain/errors.js';
import {
  TensorProto_DataLocation as DataLocation,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type SparseTensorProto,
  type TensorProto,
} from './generated/onnx_pb.js';
import { ModelProblem } from './problem.js';

/** A stretch of another file that holds a tensor's elements. */
export interface ExternalData {
  readonly tensor: string;
  /** The file, relative to the folder of the model. */
  readonly location: string;
  readonly offsetBytes: number;
  /** To the end of the file where it is left out. */
  readonly lengthBytes?: number;
}

/**
 * Every stretch of another file that the model refers to, in the order of the graph.
 * Source: onnx.proto, TensorProto.external_data.
 * @throws SerinError `model-invalid` when one has no location, or an offset or length that is no number
 */
export function externalDataOf(model: ModelProto): readonly ExternalData[] {
  const nodes = model.functions.flatMap((function_) => function_.node);
  const tensors = [
    ...(model.graph === undefined ? [] : tensorsOfGraph(model.graph)),
    ...nodes.flatMap(tensorsOfNode),
  ];
  return tensors
    .filter((tensor) => tensor.dataLocation === DataLocation.EXTERNAL)
    .map(toExternalData);
}

function tensorsOfGraph(graph: GraphProto): TensorProto[] {
  return [
    ...graph.initializer,
    ...graph.sparseInitializer.flatMap(tensorsOfSparse),
    ...graph.node.flatMap(tensorsOfNode),
  ];
}

function tensorsOfNode(node: NodeProto): TensorProto[] {
  return node.attribute.flatMap(tensorsOfAttribute);
}

function tensorsOfAttribute(attribute: AttributeProto): TensorProto[] {
  const sparse = [attribute.sparseTensor ?? [], attribute.sparseTensors].flat();
  const graphs = [attribute.g ?? [], attribute.graphs].flat();
  return [
    ...[attribute.t ?? [], attribute.tensors].flat(),
    ...sparse.flatMap(tensorsOfSparse),
    ...graphs.flatMap(tensorsOfGraph),
  ];
}

function tensorsOfSparse(sparse: SparseTensorProto): TensorProto[] {
  return [sparse.values ?? [], sparse.indices ?? []].flat();
}

function toExternalData(tensor: TensorProto): ExternalData {
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location');
  if (location === undefined || location === '') {
    throw new SerinError('model-invalid', {
      expected: `a file with the elements of tensor "${tensor.name}"`,
      found: 'external data without a location',
      fields: { problem: ModelProblem.ExternalDataMissing },
    });
  }
  const length = entries.get('length');
  return {
    tensor: tensor.name,
    location,
    offsetBytes: toBytes(entries.get('offset') ?? '0', tensor.name),
    ...(length === undefined ? {} : { lengthBytes: toBytes(length, tensor.name) }),
  };
}

function toBytes(digits: string, tensor: string): number {
  const bytes = Number(digits);
  if (!/^\d+$/.test(digits) || !Number.isSafeInteger(bytes)) {
    throw new SerinError('model-invalid', {
      expected: `a number of bytes as offset and length of tensor "${tensor}"`,
      found: JSON.stringify(digits),
      fields: { problem: ModelProblem.ExternalDataMissing },
    });
  }
  return bytes;
}
