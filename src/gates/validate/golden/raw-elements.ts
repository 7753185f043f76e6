import { endianness } from 'node:os';
import { elementBytes, type Datatype, type TensorData } from '../../../domain/tensor.js';
import { viewElements } from '../../../serving/tensor-data.js';

/**
 * Elements of a fixed size from bytes as they stand in a file.
 * @param isLittleEndian the byte order of the file
 * @returns undefined when there are not exactly `count` elements
 */
export function rawElements(
  datatype: Exclude<Datatype, 'BYTES'>,
  bytes: Uint8Array,
  count: number,
  isLittleEndian: boolean,
): TensorData | undefined {
  const size = elementBytes[datatype];
  if (bytes.length !== count * size) return undefined;
  // A copy of its own starts at a multiple of every element's size.
  const copy = Buffer.from(new Uint8Array(bytes).buffer);
  if (isLittleEndian !== (endianness() === 'LE')) swap(copy, size);
  return viewElements(datatype, copy.buffer, 0, count);
}

function swap(bytes: Buffer, size: number): void {
  if (size === 2) bytes.swap16();
  if (size === 4) bytes.swap32();
  if (size === 8) bytes.swap64();
}
