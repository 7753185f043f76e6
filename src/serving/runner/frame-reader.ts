import type { TensorSpec } from '../../domain/signature.js';
import { datatypes, elementBytes, elementCount, type Tensor } from '../../domain/tensor.js';
import { viewElements } from '../tensor-data.js';
import { aligned, FrameError, frameHeaderBytes } from './frames.js';

/**
 * Reads the parts of one frame in their order, never beyond its end: whatever does not fit is a
 * FrameError.
 */
export class FrameReader {
  readonly #buffer: Buffer;
  readonly view: DataView;
  #position = frameHeaderBytes;

  constructor({ buffer, byteOffset, length }: Uint8Array) {
    this.#buffer = Buffer.from(buffer, byteOffset, length);
    this.view = new DataView(buffer, byteOffset, length);
  }

  uint32(): number {
    return this.view.getUint32(this.#take(4), true);
  }

  text(bytes: number): string {
    const start = this.#take(bytes);
    return this.#buffer.toString('utf8', start, start + bytes);
  }

  align(): void {
    this.#take(aligned(this.#position) - this.#position);
  }

  tensor(): Tensor {
    const { name, datatype, shape, bytes } = this.#specAndBytes();
    if (shape.some((dimension) => dimension < 0)) {
      throw new FrameError('a tensor with a free dimension');
    }
    const count = elementCount(shape);
    const start = this.#take(bytes);
    if (datatype === 'BYTES') {
      const data = this.#byteStrings(count, start, start + bytes);
      this.align();
      return { name, datatype, shape, data };
    }
    if (bytes !== count * elementBytes[datatype]) {
      throw new FrameError(`${bytes} bytes are not the ${count} elements of a ${datatype} tensor`);
    }
    const { buffer, byteOffset } = this.#buffer;
    const data = viewElements(datatype, buffer, byteOffset + start, count);
    this.align();
    return { name, datatype, shape, data };
  }

  spec(): TensorSpec {
    const { name, datatype, shape } = this.#specAndBytes();
    return { name, datatype, shape };
  }

  finish(): void {
    const left = this.view.byteLength - this.#position;
    if (left !== 0) throw new FrameError(`${left} bytes too many in a frame`);
  }

  #specAndBytes(): TensorSpec & { readonly bytes: number } {
    const start = this.#take(8);
    const datatype = datatypes[this.view.getUint8(start)];
    const rank = this.view.getUint8(start + 1);
    const nameBytes = this.view.getUint16(start + 2, true);
    const bytes = this.view.getUint32(start + 4, true);
    if (datatype === undefined) throw new FrameError('a tensor of no known datatype');
    const shape: number[] = [];
    for (let i = 0; i < rank; i++) shape.push(this.#dimension());
    const name = this.text(nameBytes);
    this.align();
    return { name, datatype, shape, bytes };
  }

  #dimension(): number {
    const dimension = this.view.getFloat64(this.#take(8), true);
    if (!Number.isSafeInteger(dimension) || dimension < -1) {
      throw new FrameError('a dimension that is no whole number');
    }
    return dimension;
  }

  #byteStrings(count: number, start: number, end: number): Uint8Array[] {
    const strings: Uint8Array[] = [];
    let position = start;
    while (position < end) {
      const length = position + 4 <= end ? this.view.getUint32(position, true) : Infinity;
      if (position + 4 + length > end) throw new FrameError('a byte string that is cut off');
      strings.push(this.#buffer.subarray(position + 4, position + 4 + length));
      position += 4 + length;
    }
    if (strings.length !== count) {
      throw new FrameError(`${strings.length} byte strings instead of ${count}`);
    }
    return strings;
  }

  #take(bytes: number): number {
    const start = this.#position;
    if (start + bytes > this.view.byteLength) throw new FrameError('a frame that is cut off');
    this.#position = start + bytes;
    return start;
  }
}
