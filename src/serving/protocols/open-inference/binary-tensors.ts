import { SerinError } from '../../../domain/errors.js';
import {
  type Datatype,
  elementBytes,
  type Tensor,
  type TensorData,
} from '../../../domain/tensor.js';
import { viewElements } from '../../tensor-data.js';
import { typed } from '../elements/typed-tensor.js';

/**
 * Binary tensors are little-endian, row-major, without gaps; BYTES elements are a 4-byte length
 * and so many bytes each. Typed arrays have the machine's own byte order, and every machine that
 * ONNX Runtime for Node is built for is little-endian, so the bytes are theirs as they are.
 * Source: Triton Inference Server, "Binary Tensor Data Extension".
 */

/**
 * Reads a binary tensor.
 * @param count of its elements, by its shape
 * @param where in words: "input x"
 * @throws SerinError `invalid-binary` when there are fewer or more bytes than elements need
 */
export function readBinary(
  bytes: Buffer,
  datatype: Datatype,
  count: number,
  where: string,
): TensorData {
  if (datatype === 'BYTES') return readByteStrings(bytes, count, where);
  if (bytes.length !== count * elementBytes[datatype]) {
    throw new SerinError('invalid-binary', {
      expected: `${count * elementBytes[datatype]} bytes for ${where}: ${count} elements of ${datatype}`,
      found: String(bytes.length),
    });
  }
  // A copy, because a typed array has to start at a multiple of its element's size.
  const copy = new Uint8Array(bytes);
  if (datatype === 'BOOL') refuseOtherThanBooleans(copy, where);
  return viewElements(datatype, copy.buffer, 0, count);
}

/** A tensor's data as a binary tensor; a view where no bytes have to be put in between. */
export function writeBinary(output: Tensor): Buffer {
  const tensor = typed(output);
  if (tensor.datatype !== 'BYTES') {
    const { buffer, byteOffset, byteLength } = tensor.data;
    return Buffer.from(buffer, byteOffset, byteLength);
  }
  const total = tensor.data.reduce((sum, element) => sum + 4 + element.length, 0);
  const bytes = Buffer.allocUnsafe(total);
  let at = 0;
  for (const element of tensor.data) {
    at = bytes.writeUInt32LE(element.length, at);
    bytes.set(element, at);
    at += element.length;
  }
  return bytes;
}

function refuseOtherThanBooleans(bytes: Uint8Array, where: string): void {
  const wrong = bytes.findIndex((byte) => byte > 1);
  if (wrong === -1) return;
  throw new SerinError('invalid-binary', {
    expected: `bytes of 0 or 1 for ${where}`,
    found: `${bytes[wrong] ?? ''} at position ${wrong + 1}`,
  });
}

function readByteStrings(bytes: Buffer, count: number, where: string): readonly Uint8Array[] {
  const misfit = (found: string): SerinError =>
    new SerinError('invalid-binary', {
      expected: `${count} elements of a 4-byte length and so many bytes for ${where}`,
      found,
    });
  // Every element takes 4 bytes at least: no list is made that the bytes cannot fill.
  if (count > bytes.length / 4) throw misfit(`${bytes.length} bytes`);
  const elements: Uint8Array[] = [];
  let at = 0;
  while (elements.length < count) {
    const start = at + 4;
    if (start > bytes.length) throw misfit(`only ${elements.length}`);
    const end = start + bytes.readUInt32LE(at);
    if (end > bytes.length) {
      throw misfit(
        `${bytes.length - start} bytes left of the ${end - start} of element ${elements.length + 1}`,
      );
    }
    elements.push(new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start));
    at = end;
  }
  if (at !== bytes.length) throw misfit(`${bytes.length - at} bytes more`);
  return elements;
}
