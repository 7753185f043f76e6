import { fromBinary } from '@bufbuild/protobuf';
import { SerinError } from '../../domain/errors.js';
import type { Signature } from '../../domain/signature.js';
import { externalDataOf, type ExternalData } from './external-data.js';
import {
  ModelProtoSchema,
  type GraphProto,
  type ModelProto,
  type OperatorSetIdProto,
} from './generated/onnx_pb.js';
import { toTensorSpec } from './tensor-spec.js';
import { whatItIs } from './what-it-is.js';
import { ModelProblem } from './problem.js';
import { withoutTensorData } from './without-tensor-data.js';

/** One operator of a graph, in the order of the file. */
export interface Operator {
  readonly type: string;
  /** `ai.onnx` where the file leaves it out. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** What an ONNX file says of itself; everything but its weights. */
export interface OnnxFile {
  readonly signature: Signature;
  /** Opset version by operator domain; the default domain is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly irVersion: number;
  /** Name and version of the exporter; empty where the file does not say. */
  readonly producer: string;
  readonly description: string;
  /** The file's own metadata properties. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The operators of the main graph. */
  readonly operators: readonly Operator[];
  readonly externalData: readonly ExternalData[];
}

/**
 * Reads an ONNX file. The weights are neither copied nor decoded.
 * @param bytes the whole file
 * @throws SerinError `model-invalid`, with what the file seems to be instead
 */
export function readOnnx(bytes: Uint8Array): OnnxFile {
  return describeOnnx(decodeOnnx(bytes));
}

/**
 * What a decoded ONNX file says of itself.
 * @throws SerinError `model-invalid` for what cannot be served
 */
export function describeOnnx(model: ModelWithGraph): OnnxFile {
  const { graph } = model;
  return {
    signature: signatureOf(graph),
    opsets: Object.fromEntries(model.opsetImport.map(toOpset)),
    irVersion: Number(model.irVersion),
    producer: [model.producerName, model.producerVersion].join(' ').trim(),
    description: model.docString,
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
    operators: operatorsOf(graph),
    externalData: externalDataOf(model),
  };
}

/** An ONNX file's message, of which the graph is certain to be there. */
export type ModelWithGraph = ModelProto & { readonly graph: GraphProto };

/**
 * Decodes an ONNX file, without its weights.
 * @param bytes the whole file
 * @throws SerinError `model-invalid`, with what the file seems to be instead
 */
export function decodeOnnx(bytes: Uint8Array): ModelWithGraph {
  const model = decode(bytes);
  if (!hasGraph(model)) throw noModel(bytes, 'a protobuf message without a graph');
  if (model.irVersion <= 0n) throw noModel(bytes, 'a message without an IR version');
  if (model.opsetImport.length === 0) {
    throw noModel(bytes, 'a model without operator sets (a file that was cut off?)');
  }
  return model;
}

function hasGraph(model: ModelProto): model is ModelWithGraph {
  return model.graph !== undefined;
}

function decode(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, withoutTensorData(bytes), { readUnknownFields: false });
  } catch (thrown) {
    const cutOff = thrown instanceof RangeError && thrown.message.includes('EOF');
    throw noModel(
      bytes,
      cutOff ? 'a file that ends too early (cut off?)' : 'bytes that are no protobuf message',
      thrown,
    );
  }
}

function noModel(bytes: Uint8Array, otherwise: string, cause?: unknown): SerinError {
  return new SerinError('model-invalid', {
    expected: 'an ONNX model',
    found: whatItIs(bytes) ?? otherwise,
    cause,
    fields: { problem: ModelProblem.NotOnnx },
  });
}

function signatureOf(graph: GraphProto): Signature {
  // Up to IR version 3 every initialiser is listed as an input, too; nobody has to send it.
  const known = new Set([
    ...graph.initializer.map(({ name }) => name),
    ...graph.sparseInitializer.map(({ values }) => values?.name),
  ]);
  const inputs = graph.input.filter(({ name }) => !known.has(name));
  requireSome('input', inputs.length);
  requireSome('output', graph.output.length);
  return {
    inputs: inputs.map((value) => toTensorSpec(value, 'input')),
    outputs: graph.output.map((value) => toTensorSpec(value, 'output')),
  };
}

function requireSome(side: string, count: number): void {
  if (count > 0) return;
  throw new SerinError('model-invalid', {
    expected: `a graph with at least one ${side}`,
    found: 'none',
    fields: { problem: ModelProblem.Unservable },
  });
}

function toOpset({ domain, version }: OperatorSetIdProto): [string, number] {
  return [domain === '' ? 'ai.onnx' : domain, Number(version)];
}

function operatorsOf(graph: GraphProto): readonly Operator[] {
  return graph.node.map(({ opType, domain, input, output }) => ({
    type: opType,
    domain: domain === '' ? 'ai.onnx' : domain,
    inputs: input,
    outputs: output,
  }));
}
