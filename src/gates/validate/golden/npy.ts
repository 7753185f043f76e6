import { SerinError } from '../../../domain/errors.js';
import {
  elementCount,
  type Datatype,
  type Tensor,
  type TensorData,
} from '../../../domain/tensor.js';
import { rawElements } from './raw-elements.js';

/**
 * Reads a NumPy array. Arrays of Python objects (pickles) are refused: reading them runs code.
 * Source of the format: NumPy, numpy.lib.format, versions 1.0 to 3.0.
 * @throws SerinError `invalid-input`
 */
export function readNpy(bytes: Buffer, name: string): Tensor {
  const { descr, isFortran, shape, dataAt } = readHeader(bytes, name);
  const count = elementCount(shape);
  const raw = bytes.subarray(dataAt);
  const [, order = '', kind = ''] = /^([<>|=])(.*)$/.exec(descr) ?? [];
  const datatype = datatypeOf(kind);
  if (datatype === undefined) {
    throw invalid(`numbers, booleans or text in ${name}`, `the NumPy type ${descr}`);
  }
  const data =
    datatype === 'BYTES'
      ? textElements(raw, kind, count, order !== '>')
      : rawElements(datatype, raw, count, order !== '>');
  if (data === undefined) {
    throw invalid(`${count} elements in ${name}`, `${raw.length} bytes (a file that was cut off?)`);
  }
  return { name, datatype, shape, data: isFortran ? toRowMajor(data, shape) : data };
}

interface Header {
  readonly descr: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  readonly dataAt: number;
}

function readHeader(bytes: Buffer, name: string): Header {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY') {
    throw invalid(`a NumPy array in ${name}`, 'something else');
  }
  const isFirst = bytes[6] === 1;
  const length = isFirst ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  const start = isFirst ? 10 : 12;
  const text = bytes.toString('utf8', start, start + length);
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\sL,]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || shape === undefined) {
    throw invalid(
      `the header of a plain NumPy array in ${name}`,
      JSON.stringify(text.slice(0, 200)),
    );
  }
  return {
    descr,
    isFortran: order === 'True',
    shape: (shape.match(/\d+/g) ?? []).map(Number),
    dataAt: start + length,
  };
}

const numbers: Readonly<Record<string, Datatype>> = {
  b1: 'BOOL',
  u1: 'UINT8',
  u2: 'UINT16',
  u4: 'UINT32',
  u8: 'UINT64',
  i1: 'INT8',
  i2: 'INT16',
  i4: 'INT32',
  i8: 'INT64',
  f2: 'FP16',
  f4: 'FP32',
  f8: 'FP64',
};

function datatypeOf(kind: string): Datatype | undefined {
  if (/^[SU]\d+$/.test(kind)) return 'BYTES';
  return Object.hasOwn(numbers, kind) ? numbers[kind] : undefined;
}

/** Text of a fixed width, filled up with zeros: bytes (`S`), or characters of four bytes (`U`). */
function textElements(
  raw: Buffer,
  kind: string,
  count: number,
  isLittleEndian: boolean,
): TensorData | undefined {
  const width = Number(kind.slice(1)) * (kind.startsWith('U') ? 4 : 1);
  if (raw.length !== width * count) return undefined;
  return Array.from({ length: count }, (_, i) => {
    const element = raw.subarray(i * width, (i + 1) * width);
    return kind.startsWith('U') ? fromCharacters(element, isLittleEndian) : trimmed(element);
  });
}

function trimmed(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

function fromCharacters(bytes: Buffer, isLittleEndian: boolean): Buffer {
  const characters: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    characters.push(isLittleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  }
  const end = characters.findLastIndex((character) => character !== 0) + 1;
  const inRange = characters.slice(0, end).map((one) => (one > 0x10ffff ? 0xfffd : one));
  return Buffer.from(String.fromCodePoint(...inRange));
}

/** Fortran's order has the first axis run fastest; everything here has the last one do so. */
function toRowMajor(data: TensorData, shape: readonly number[]): TensorData {
  const source = Array.isArray(data) ? data : (data as Float32Array);
  const target = source.slice() as unknown[] | Float32Array;
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)));
  for (let index = 0; index < source.length; index++) {
    let rest = index;
    let from = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      from += (rest % size) * (strides[axis] ?? 0);
      rest = Math.floor(rest / size);
    }
    target[index] = source[from] as number;
  }
  return target as TensorData;
}

function invalid(expected: string, found: string): SerinError {
  return new SerinError('invalid-input', { expected, found });
}
