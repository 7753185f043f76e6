import { isUtf8 } from 'node:buffer';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { SerinError } from '../../domain/errors.js';
import { formatShape, type Signature, type TensorSpec } from '../../domain/signature.js';
import type { Datatype, Tensor } from '../../domain/tensor.js';

/** A model in ONNX Runtime, in this process. */
export interface OnnxSession {
  readonly signature: Signature;
  /**
   * Predicts; the event loop stands still meanwhile.
   * @throws SerinError `invalid-input` when the inputs do not fit the signature,
   * `model-run-failed` when the model fails on them
   */
  run(inputs: readonly Tensor[]): Promise<Tensor[]>;
}

/**
 * Loads an ONNX file.
 * @param threads of one operator; more than one costs CPU time even between requests
 * @throws SerinError `model-load-failed`, with ONNX Runtime's own words
 */
export async function loadOnnxSession(file: string, threads: number): Promise<OnnxSession> {
  const session = await createSession(file, threads);
  const signature: Signature = {
    inputs: session.inputMetadata.map((metadata) => toSpec(metadata, 'input')),
    // A classifier's sequence of maps (ZipMap) cannot be fetched; its other outputs can.
    outputs: session.outputMetadata
      .filter(({ isTensor }) => isTensor)
      .map((metadata) => toSpec(metadata, 'output')),
  };
  if (signature.outputs.length === 0) {
    throw loadFailed('no output is a tensor; convert the model without ZipMap');
  }
  const fetches = signature.outputs.map(({ name }) => name);
  return { signature, run: (inputs) => run(session, signature, fetches, inputs) };
}

async function createSession(file: string, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(file, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
      // A thread that spins while it waits takes a whole CPU from everybody else (DESIGN, 3).
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (error) {
    throw loadFailed(words(error));
  }
}

function loadFailed(found: string): SerinError {
  return new SerinError('model-load-failed', { found });
}

async function run(
  session: InferenceSession,
  signature: Signature,
  fetches: readonly string[],
  inputs: readonly Tensor[],
): Promise<Tensor[]> {
  checkInputs(signature, inputs);
  const feeds: Record<string, OrtTensor> = {};
  for (const input of inputs) feeds[input.name] = toOrt(input);
  let results: InferenceSession.OnnxValueMapType;
  try {
    results = await session.run(feeds, fetches);
  } catch (error) {
    throw new SerinError('model-run-failed', { found: words(error) });
  }
  return signature.outputs.map(({ name, datatype }) => fromOrt(name, datatype, results[name]));
}

const datatypeOf: Readonly<Record<string, Datatype | undefined>> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
  string: 'BYTES',
};

/** BF16 is missing: onnxruntime-node (1.30) refuses a model with such an input or output. */
const ortTypeOf = Object.fromEntries(
  Object.entries(datatypeOf).map(([ortType, datatype]) => [datatype, ortType]),
) as Readonly<Partial<Record<Datatype, OrtTensor.Type>>>;

function toSpec(metadata: InferenceSession.ValueMetadata, role: 'input' | 'output'): TensorSpec {
  const datatype = metadata.isTensor ? datatypeOf[metadata.type] : undefined;
  if (!metadata.isTensor || datatype === undefined) {
    const found = metadata.isTensor ? metadata.type : 'something that is no tensor';
    throw loadFailed(`${role} "${metadata.name}" is ${found}, which cannot be served`);
  }
  const shape = metadata.shape.map((size) => (typeof size === 'number' ? size : -1));
  return { name: metadata.name, datatype, shape };
}

function checkInputs({ inputs: specs }: Signature, inputs: readonly Tensor[]): void {
  for (const { name, datatype, shape } of specs) {
    const input = inputs.find((candidate) => candidate.name === name);
    if (input === undefined) throw invalid(`an input "${name}"`, 'none of this name');
    if (input.datatype !== datatype) {
      throw invalid(`input "${name}" as ${datatype}`, input.datatype);
    }
    if (!fits(input.shape, shape)) {
      throw invalid(`input "${name}" of shape ${formatShape(shape)}`, formatShape(input.shape));
    }
  }
  if (inputs.length !== specs.length) {
    throw invalid(`${specs.length} inputs`, `${inputs.length}`);
  }
}

/** ONNX Runtime says `[]` both of a scalar and of a tensor whose rank is open: only it can tell. */
function fits(shape: readonly number[], expected: readonly number[]): boolean {
  if (expected.length === 0) return true;
  return (
    shape.length === expected.length &&
    expected.every((size, axis) => size === -1 || size === shape[axis])
  );
}

function invalid(expected: string, found: string): SerinError {
  return new SerinError('invalid-input', { expected, found });
}

function toOrt({ name, datatype, shape, data }: Tensor): OrtTensor {
  const type = ortTypeOf[datatype];
  if (type === undefined) throw invalid(`a datatype other than ${datatype}`, datatype);
  if (datatype !== 'BYTES') return new OrtTensor(type, data as Float32Array, shape);
  const strings = (data as readonly Uint8Array[]).map((bytes) => {
    // onnxruntime-node takes JavaScript strings, and cuts them at a zero: other bytes would arrive
    // as something else.
    if (!isUtf8(bytes) || bytes.includes(0)) {
      throw invalid(`input "${name}" as UTF-8 without a zero byte`, 'other bytes');
    }
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  });
  return new OrtTensor('string', strings, shape);
}

function fromOrt(name: string, datatype: Datatype, value: OrtTensor | undefined): Tensor {
  if (value === undefined || datatypeOf[value.type] !== datatype) {
    throw new SerinError('model-run-failed', {
      expected: `output "${name}" as ${datatype}`,
      found: value?.type ?? 'none',
    });
  }
  const shape = value.dims;
  if (datatype === 'BYTES') {
    return { name, datatype, shape, data: (value.data as string[]).map((s) => Buffer.from(s)) };
  }
  const data = value.data as Float32Array;
  // Where JavaScript knows Float16Array (Node 24), onnxruntime-node answers with one.
  if (datatype === 'FP16' && !(data instanceof Uint16Array)) {
    const { buffer, byteOffset, length } = data;
    return { name, datatype, shape, data: new Uint16Array(buffer, byteOffset, length) };
  }
  return { name, datatype, shape, data };
}

/** An error of ONNX Runtime in its own words: one line, without a stack. */
function words(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll(/\s+/g, ' ').trim().slice(0, 1000);
}
