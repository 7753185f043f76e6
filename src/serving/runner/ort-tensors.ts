import { isUtf8 } from 'node:buffer';
import { Tensor as OrtTensor, type InferenceSession } from 'onnxruntime-node';
import { SerinError } from '../../domain/errors.js';
import type { TensorSpec } from '../../domain/signature.js';
import type { Datatype, Tensor } from '../../domain/tensor.js';
import { invalidInput } from './check-inputs.js';

// Where JavaScript has Float16Array (Node 24), onnxruntime-node 1.30 hands one to its native part,
// which does not know it, and every FP16 tensor fails. Without it, both take the bits. Nothing else
// runs in a runner's process.
Reflect.deleteProperty(globalThis, 'Float16Array');

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

/**
 * An input or output as ONNX Runtime describes it.
 * @throws SerinError `model-load-failed` when it is nothing that can be served
 */
export function toSpec(
  metadata: InferenceSession.ValueMetadata,
  role: 'input' | 'output',
): TensorSpec {
  const datatype = metadata.isTensor ? datatypeOf[metadata.type] : undefined;
  if (!metadata.isTensor || datatype === undefined) {
    const found = metadata.isTensor ? metadata.type : 'something that is no tensor';
    throw new SerinError('model-load-failed', {
      found: `${role} "${metadata.name}" is ${found}, which cannot be served`,
    });
  }
  const shape = metadata.shape.map((size) => (typeof size === 'number' ? size : -1));
  return { name: metadata.name, datatype, shape };
}

/**
 * A tensor for ONNX Runtime, not copied.
 * @throws SerinError `invalid-input` when ONNX Runtime would take it for something else
 */
export function toOrt({ name, datatype, shape, data }: Tensor): OrtTensor {
  const type = ortTypeOf[datatype];
  if (type === undefined) throw invalidInput(`a datatype other than ${datatype}`, datatype);
  if (datatype !== 'BYTES') return new OrtTensor(type, data as Float32Array, shape);
  const strings = (data as readonly Uint8Array[]).map((bytes) => {
    // onnxruntime-node takes JavaScript strings, and cuts them at a zero: other bytes would arrive
    // as something else.
    if (!isUtf8(bytes) || bytes.includes(0)) {
      throw invalidInput(`input "${name}" as UTF-8 without a zero byte`, 'other bytes');
    }
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  });
  return new OrtTensor('string', strings, shape);
}

/**
 * An output of ONNX Runtime, not copied.
 * @throws SerinError `model-run-failed` when it is not what the signature says
 */
export function fromOrt(name: string, datatype: Datatype, value: OrtTensor | undefined): Tensor {
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
  return { name, datatype, shape, data: value.data as Float32Array };
}
