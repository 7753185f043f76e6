import type { Datatype, TensorData, TensorDataOf } from '../domain/tensor.js';

/** The fixed-size datatypes: everything but BYTES. */
export type FixedDatatype = Exclude<Datatype, 'BYTES'>;
type FixedData = TensorDataOf[FixedDatatype];

interface TypedArrayOf {
  new (length: number): FixedData;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): FixedData;
}

const arrayOf: Readonly<Record<FixedDatatype, TypedArrayOf>> = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Uint16Array,
  BF16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
};

/** Elements that are all zero. */
export function zeros(datatype: FixedDatatype, count: number): FixedData {
  return new arrayOf[datatype](count);
}

/**
 * Elements as they lie in memory, not copied; in the byte order of this machine.
 * @param byteOffset a multiple of the element's size
 */
export function viewElements(
  datatype: FixedDatatype,
  buffer: ArrayBufferLike,
  byteOffset: number,
  count: number,
): FixedData {
  return new arrayOf[datatype](buffer, byteOffset, count);
}

/** The elements of several tensors of one datatype, one after the other. */
export function concatenate(
  datatype: Datatype,
  parts: readonly TensorData[],
  count: number,
): TensorData {
  if (datatype === 'BYTES') return (parts as readonly TensorDataOf['BYTES'][]).flat();
  // All typed arrays of one datatype have one class; that of FP32 stands for each of them here.
  const joined = zeros(datatype, count) as Float32Array;
  let offset = 0;
  for (const part of parts as readonly Float32Array[]) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Elements from `start` to before `end`; fixed-size ones are not copied. */
export function elementsBetween(data: TensorData, start: number, end: number): TensorData {
  return Array.isArray(data)
    ? (data as TensorDataOf['BYTES']).slice(start, end)
    : (data as Float32Array).subarray(start, end);
}
