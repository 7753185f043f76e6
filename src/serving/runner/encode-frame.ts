import type { Signature, TensorSpec } from '../../domain/signature.js';
import { datatypes, type Tensor, type TensorData } from '../../domain/tensor.js';
import {
  aligned,
  FrameError,
  frameHeaderBytes,
  frameKinds,
  frameMagic,
  maxFrameBytes,
  type Frame,
} from './frames.js';

/** Tensors of at least so many bytes are handed to the socket as they are; copying less is cheaper. */
const copyBelowBytes = 32 * 1024;

/**
 * A frame as bytes, in pieces to be written one after the other. Large tensors are not copied: they
 * must not change until they are written.
 * @throws FrameError when the frame would be larger than `maxFrameBytes`, or a name or a rank has
 * no room
 */
export function encodeFrame(frame: Frame): Uint8Array[] {
  switch (frame.kind) {
    case 'infer':
    case 'answer':
      return encodeTensors(frame.kind, frame.id, frame.tensors);
    case 'failure':
      return encodeFailure(frame.id, [frame.code, frame.expected, frame.found]);
    case 'ready':
      return encodeReady(frame.id, frame.signature);
    case 'leak':
      return encodeLeak(frame.id, frame.mebibytesPerSecond);
  }
}

function encodeTensors(
  kind: 'infer' | 'answer',
  id: number,
  tensors: readonly Tensor[],
): Uint8Array[] {
  let total = frameHeaderBytes + 8;
  let uncopied = 0;
  for (const tensor of tensors) {
    const bytes = aligned(dataBytes(tensor.data));
    total += specBytes(tensor) + bytes;
    if (isUncopied(tensor.data)) uncopied += tensor.data.byteLength;
  }
  const buffer = startFrame(kind, id, total, total - uncopied);
  buffer.writeUInt32LE(tensors.length, frameHeaderBytes);
  buffer.writeUInt32LE(0, frameHeaderBytes + 4);
  const pieces: Uint8Array[] = [];
  let written = 0;
  let position = frameHeaderBytes + 8;
  for (const tensor of tensors) {
    const { data } = tensor;
    const bytes = dataBytes(data);
    position = writeSpec(buffer, position, tensor, bytes);
    if (isUncopied(data)) {
      pieces.push(buffer.subarray(written, position), bytesOf(data));
      written = position;
      position += aligned(bytes) - bytes;
    } else {
      writeData(buffer, position, data);
      position += aligned(bytes);
    }
  }
  if (written < position) pieces.push(buffer.subarray(written, position));
  return pieces;
}

function encodeFailure(id: number, texts: readonly [string, string, string]): Uint8Array[] {
  const encoded = texts.map((text) => Buffer.from(text));
  const textBytes = encoded.reduce((sum, { length }) => sum + length, 0);
  const total = frameHeaderBytes + 16 + aligned(textBytes);
  const buffer = startFrame('failure', id, total, total);
  let position = frameHeaderBytes + 16;
  encoded.forEach((text, index) => {
    buffer.writeUInt32LE(text.length, frameHeaderBytes + 4 * index);
    buffer.set(text, position);
    position += text.length;
  });
  return [buffer];
}

function encodeReady(id: number, { inputs, outputs }: Signature): Uint8Array[] {
  const specs = [...inputs, ...outputs];
  const total = frameHeaderBytes + 8 + specs.reduce((sum, spec) => sum + specBytes(spec), 0);
  const buffer = startFrame('ready', id, total, total);
  buffer.writeUInt32LE(inputs.length, frameHeaderBytes);
  buffer.writeUInt32LE(outputs.length, frameHeaderBytes + 4);
  let position = frameHeaderBytes + 8;
  for (const spec of specs) position = writeSpec(buffer, position, spec, 0);
  return [buffer];
}

function encodeLeak(id: number, mebibytesPerSecond: number): Uint8Array[] {
  const total = frameHeaderBytes + 8;
  const buffer = startFrame('leak', id, total, total);
  buffer.writeUInt32LE(mebibytesPerSecond, frameHeaderBytes);
  buffer.writeUInt32LE(0, frameHeaderBytes + 4);
  return [buffer];
}

/**
 * A buffer of `bufferBytes` with the header of a frame of `total` bytes. Padding is left as it is
 * found: it goes to a process of the same user that looks at none of it.
 */
function startFrame(kind: Frame['kind'], id: number, total: number, bufferBytes: number): Buffer {
  if (total - frameHeaderBytes > maxFrameBytes) {
    throw new FrameError(`a frame has at most ${maxFrameBytes} bytes, this one has ${total}`);
  }
  const buffer = Buffer.allocUnsafe(bufferBytes);
  buffer.writeUInt32LE(frameMagic, 0);
  buffer.writeUInt32LE(frameKinds.indexOf(kind), 4);
  buffer.writeUInt32LE(id, 8);
  buffer.writeUInt32LE(total - frameHeaderBytes, 12);
  return buffer;
}

function specBytes({ name, shape }: TensorSpec): number {
  return 8 + shape.length * 8 + aligned(Buffer.byteLength(name));
}

function writeSpec(buffer: Buffer, start: number, spec: TensorSpec, bytes: number): number {
  const { name, datatype, shape } = spec;
  const nameBytes = Buffer.byteLength(name);
  if (nameBytes > 0xffff) throw new FrameError(`a name of ${nameBytes} bytes is too long`);
  if (shape.length > 0xff) throw new FrameError(`${shape.length} dimensions are too many`);
  buffer[start] = datatypes.indexOf(datatype);
  buffer[start + 1] = shape.length;
  buffer.writeUInt16LE(nameBytes, start + 2);
  buffer.writeUInt32LE(bytes, start + 4);
  let position = start + 8;
  for (const dimension of shape) {
    buffer.writeDoubleLE(dimension, position);
    position += 8;
  }
  buffer.write(name, position);
  return position + aligned(nameBytes);
}

function dataBytes(data: TensorData): number {
  if (!isByteStrings(data)) return data.byteLength;
  return data.reduce((sum, { length }) => sum + 4 + length, 0);
}

function writeData(buffer: Buffer, start: number, data: TensorData): void {
  if (!isByteStrings(data)) {
    buffer.set(bytesOf(data), start);
    return;
  }
  let position = start;
  for (const bytes of data) {
    buffer.writeUInt32LE(bytes.length, position);
    buffer.set(bytes, position + 4);
    position += 4 + bytes.length;
  }
}

function isUncopied(data: TensorData): data is Exclude<TensorData, readonly Uint8Array[]> {
  return !isByteStrings(data) && data.byteLength >= copyBelowBytes;
}

function isByteStrings(data: TensorData): data is readonly Uint8Array[] {
  return Array.isArray(data);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
