import { SerinError } from '../../domain/errors.js';
import type { TensorSpec } from '../../domain/signature.js';
import { fromOnnxType, onnxTypeName } from './datatypes.js';
import { ModelProblem } from './problem.js';
import type { TensorShapeProto_Dimension, TypeProto, ValueInfoProto } from './generated/onnx_pb.js';

type Side = 'input' | 'output';

/**
 * Reads the type of a graph's input or output. A dimension that is symbolic or missing is -1; an
 * output without any shape is taken as `[-1]`, because what it is shows only when the model runs.
 * @throws SerinError `model-invalid` when it is no tensor, has a datatype that the Open Inference
 * Protocol does not know, or is an input without a shape
 */
export function toTensorSpec(value: ValueInfoProto, side: Side): TensorSpec {
  const name = value.name;
  if (name === '') throw invalid(`a name for every ${side}`, `an ${side} without a name`);
  const type = value.type?.value;
  if (type?.case !== 'tensorType') throw noTensor(value, side);
  const datatype = fromOnnxType(type.value.elemType);
  if (datatype === undefined) {
    throw invalid(
      `a datatype of the Open Inference Protocol for ${side} "${name}"`,
      onnxTypeName(type.value.elemType),
      `Cast ${side} "${name}" to such a datatype inside the model, and export it again.`,
    );
  }
  const shape = type.value.shape?.dim.map(toDimension);
  if (shape === undefined && side === 'input') {
    throw invalid(
      `a shape for input "${name}" (dimensions may be dynamic)`,
      'no shape',
      'Export it again with the shape of its inputs, so that requests can be checked.',
    );
  }
  return { name, datatype, shape: shape ?? [-1] };
}

function toDimension({ value }: TensorShapeProto_Dimension): number {
  // Some exporters write 0 or -1 for a dimension that they do not know.
  return value.case === 'dimValue' && value.value > 0n ? Number(value.value) : -1;
}

function noTensor({ name, type }: ValueInfoProto, side: Side): SerinError {
  return invalid(
    `a tensor as ${side} "${name}"`,
    typeInWords(type),
    side === 'output'
      ? 'Export it with tensors as outputs only. For scikit-learn: ' +
          'to_onnx(model, …, options={"zipmap": False}); otherwise end the graph before ' +
          'ZipMap or SequenceConstruct, or join the sequence with ConcatFromSequence.'
      : 'Export it with tensors as inputs only, one input for every column or one for all.',
  );
}

function typeInWords(type: TypeProto | undefined): string {
  const value = type?.value;
  switch (value?.case) {
    case 'tensorType':
      return 'a tensor';
    case 'sequenceType':
      return `a sequence of ${typeInWords(value.value.elemType).replace(/^an? /, '')}s`;
    case 'mapType':
      return 'a map';
    case 'optionalType':
      return 'an optional value';
    case 'sparseTensorType':
      return 'a sparse tensor';
    case 'opaqueType':
      return 'an opaque value';
    case undefined:
      return 'no type';
  }
}

function invalid(expected: string, found: string, advice?: string): SerinError {
  return new SerinError('model-invalid', {
    expected,
    found,
    fields: { problem: ModelProblem.Unservable },
    ...(advice === undefined ? {} : { advice }),
  });
}
