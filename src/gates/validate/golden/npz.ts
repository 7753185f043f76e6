import { inflateRawSync } from 'node:zlib';
import { SerinError } from '../../../domain/errors.js';
import type { Tensor } from '../../../domain/tensor.js';
import { readNpy } from './npy.js';

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const stored = 0;
const deflated = 8;
/** What one array may grow to when it is unpacked. */
const mostBytes = 256 * 2 ** 20;

/**
 * Reads the arrays of a NumPy archive, by name without `.npy`.
 * Source of the format: numpy.savez, and APPNOTE.TXT 6.3 (ZIP); archives beyond 4 GiB are refused.
 * @throws SerinError `invalid-input`
 */
export function readNpz(bytes: Buffer, name: string): ReadonlyMap<string, Tensor> {
  try {
    return readArrays(bytes, name);
  } catch (thrown) {
    // Beyond the end of the file, or no deflated data: a file that was cut off or damaged.
    if (thrown instanceof SerinError) throw thrown;
    throw invalid(`a whole NumPy archive in ${name}`, 'a damaged one', thrown);
  }
}

function readArrays(bytes: Buffer, name: string): Map<string, Tensor> {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end === -1 || bytes.readUInt32LE(end) !== endSignature) {
    throw invalid(`a NumPy archive (.npz) in ${name}`, 'something else, or one that was cut off');
  }
  const arrays = new Map<string, Tensor>();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (bytes.readUInt32LE(at) !== entrySignature) {
      throw invalid(`a whole NumPy archive in ${name}`, 'a damaged one');
    }
    const nameLength = bytes.readUInt16LE(at + 28);
    const entry = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const array = entry.replace(/\.npy$/, '');
    arrays.set(array, readNpy(contentOf(bytes, at, `${name}/${entry}`), `${name}/${entry}`));
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return arrays;
}

function contentOf(bytes: Buffer, at: number, name: string): Buffer {
  const method = bytes.readUInt16LE(at + 10);
  const packed = bytes.readUInt32LE(at + 20);
  const unpacked = bytes.readUInt32LE(at + 24);
  const local = bytes.readUInt32LE(at + 42);
  if (bytes.readUInt32LE(local) !== localSignature || unpacked > mostBytes) {
    throw invalid(`an array of at most ${mostBytes} bytes in ${name}`, 'another entry');
  }
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const content = bytes.subarray(start, start + packed);
  if (method === stored) return content;
  if (method === deflated) return inflateRawSync(content, { maxOutputLength: unpacked });
  throw invalid(`an entry that is stored or deflated in ${name}`, `the method ${method}`);
}

function invalid(expected: string, found: string, cause?: unknown): SerinError {
  return new SerinError('invalid-input', { expected, found, cause });
}
