import type { Datatype, TensorDataOf } from '../../../domain/tensor.js';
import { isFiniteBf16, isFiniteFp16, toBf16Bits, toFp16Bits } from './small-float.js';

/** Where elements are read into: as in a tensor, except that the list of BYTES can be filled. */
export interface FillableDataOf extends Omit<TensorDataOf, 'BYTES'> {
  BYTES: Uint8Array[];
}

export type FillableData = FillableDataOf[Datatype];

/** How the elements of one datatype are read from what JSON.parse made of them. */
export interface ElementReader<Data extends FillableData> {
  /** What an element has to be, in words, after "expected". */
  readonly expected: string;
  /** What elements are called when they are counted: "5 numbers". */
  readonly noun: string;
  /** Room for so many elements. */
  allocate(count: number): Data;
  /**
   * Reads a list of elements into `into`, from `at` on.
   * @returns −1, or the index of the first element that is not of this datatype
   */
  read(elements: readonly unknown[], into: Data, at: number): number;
}

/** The reader of a datatype. */
export function readerOf<D extends Datatype>(datatype: D): ElementReader<FillableDataOf[D]> {
  return readers[datatype];
}

const utf8 = new TextEncoder();

const readers: { readonly [D in Datatype]: ElementReader<FillableDataOf[D]> } = {
  BOOL: {
    expected: 'true or false',
    noun: 'booleans',
    allocate: (count) => new Uint8Array(count),
    read(elements, into, at) {
      for (let i = 0; i < elements.length; i++) {
        const element = elements[i];
        if (element === true || element === 1) into[at + i] = 1;
        else if (element !== false && element !== 0) return i;
      }
      return -1;
    },
  },
  UINT8: integerReader(0, 0xff, (count) => new Uint8Array(count)),
  UINT16: integerReader(0, 0xffff, (count) => new Uint16Array(count)),
  UINT32: integerReader(0, 0xffff_ffff, (count) => new Uint32Array(count)),
  UINT64: bigIntegerReader(0n, 2n ** 64n - 1n, (count) => new BigUint64Array(count)),
  INT8: integerReader(-0x80, 0x7f, (count) => new Int8Array(count)),
  INT16: integerReader(-0x8000, 0x7fff, (count) => new Int16Array(count)),
  INT32: integerReader(-0x8000_0000, 0x7fff_ffff, (count) => new Int32Array(count)),
  INT64: bigIntegerReader(-(2n ** 63n), 2n ** 63n - 1n, (count) => new BigInt64Array(count)),
  FP16: smallFloatReader('numbers from -65504 to 65504 (FP16)', toFp16Bits, isFiniteFp16),
  BF16: smallFloatReader('finite numbers within the range of BF16', toBf16Bits, isFiniteBf16),
  FP32: {
    expected: 'finite numbers within the range of FP32',
    noun: 'numbers',
    allocate: (count) => new Float32Array(count),
    read(elements, into, at) {
      for (let i = 0; i < elements.length; i++) {
        const element = elements[i];
        if (typeof element !== 'number' || !Number.isFinite(Math.fround(element))) return i;
        into[at + i] = element;
      }
      return -1;
    },
  },
  FP64: {
    expected: 'finite numbers',
    noun: 'numbers',
    allocate: (count) => new Float64Array(count),
    read(elements, into, at) {
      for (let i = 0; i < elements.length; i++) {
        const element = elements[i];
        // JSON.parse makes Infinity of 1e999.
        if (typeof element !== 'number' || !Number.isFinite(element)) return i;
        into[at + i] = element;
      }
      return -1;
    },
  },
  BYTES: {
    expected: 'strings of whole Unicode characters',
    noun: 'strings',
    allocate: (count) => new Array<Uint8Array>(count),
    read(elements, into, at) {
      for (let i = 0; i < elements.length; i++) {
        const element = elements[i];
        // Half a surrogate pair has no UTF-8: encoding would put another character in its place.
        if (typeof element !== 'string' || /\p{Surrogate}/u.test(element)) return i;
        into[at + i] = utf8.encode(element);
      }
      return -1;
    },
  },
};

type SmallIntegers = Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array;

function integerReader<A extends SmallIntegers>(
  smallest: number,
  largest: number,
  allocate: (count: number) => A,
) {
  return {
    expected: `integers from ${smallest} to ${largest}`,
    noun: 'integers',
    allocate,
    read(elements: readonly unknown[], into: A, at: number): number {
      for (let i = 0; i < elements.length; i++) {
        const element = elements[i];
        if (typeof element !== 'number' || !Number.isInteger(element)) return i;
        if (element < smallest || element > largest) return i;
        into[at + i] = element;
      }
      return -1;
    },
  };
}

/** At most 20 digits, the most that 64 bits can need: BigInt of a megabyte of digits is slow. */
const digits = /^-?[0-9]{1,20}$/;

function bigIntegerReader<A extends BigUint64Array | BigInt64Array>(
  smallest: bigint,
  largest: bigint,
  allocate: (count: number) => A,
) {
  return {
    expected: `integers from ${smallest.toString()} to ${largest.toString()}, beyond ±9007199254740991 (2^53-1) as strings of digits, because a JSON number may have been rounded there`,
    noun: 'integers',
    allocate,
    read(elements: readonly unknown[], into: A, at: number): number {
      for (let i = 0; i < elements.length; i++) {
        const element = elements[i];
        const isExact =
          typeof element === 'number'
            ? Number.isSafeInteger(element)
            : typeof element === 'string' && digits.test(element);
        if (!isExact) return i;
        const integer = BigInt(element as number | string);
        if (integer < smallest || integer > largest) return i;
        into[at + i] = integer;
      }
      return -1;
    },
  };
}

function smallFloatReader(
  expected: string,
  toBits: (value: number) => number,
  isFinite: (bits: number) => boolean,
): ElementReader<Uint16Array> {
  return {
    expected,
    noun: 'numbers',
    allocate: (count) => new Uint16Array(count),
    read(elements, into, at) {
      for (let i = 0; i < elements.length; i++) {
        const element = elements[i];
        if (typeof element !== 'number') return i;
        const bits = toBits(element);
        if (!isFinite(bits)) return i;
        into[at + i] = bits;
      }
      return -1;
    },
  };
}
