import type { Signature, TensorSpec } from '../../domain/signature.js';
import { datatypes, elementBytes, elementCount, type Tensor } from '../../domain/tensor.js';
import { viewElements } from '../tensor-data.js';
import {
  aligned,
  FrameError,
  frameHeaderBytes,
  frameKinds,
  frameMagic,
  maxFrameBytes,
  type Frame,
} from './frames.js';

/**
 * Puts frames together from a stream that is cut anywhere. Tensors are views of what was received,
 * not copies, whenever a frame came in one piece.
 */
export class FrameDecoder {
  readonly #onFrame: (frame: Frame) => void;
  /** What came of a frame that is not complete; its size is that of the header until that is read. */
  #partial = emptyHeader();
  #filled = 0;

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame;
  }

  /**
   * Takes the next piece of the stream, which must not change any more.
   * @throws FrameError when it is no frame; nothing that follows can be understood then
   */
  push(chunk: Uint8Array): void {
    let position = 0;
    while (position < chunk.length) {
      if (this.#filled === 0) {
        const whole = wholeFrameBytes(chunk, position);
        if (whole > 0) {
          this.#onFrame(decodeFrame(chunk.subarray(position, position + whole)));
          position += whole;
          continue;
        }
      }
      position += this.#collect(chunk, position);
    }
  }

  /**
   * The stream has ended.
   * @throws FrameError when it ended in the middle of a frame
   */
  end(): void {
    if (this.#filled > 0) {
      throw new FrameError(
        `the stream ended after ${this.#filled} bytes of a frame of ${this.#partial.length} or more`,
      );
    }
  }

  /** Copies what belongs to the frame that is not complete; how many bytes those were. */
  #collect(chunk: Uint8Array, position: number): number {
    const taken = Math.min(this.#partial.length - this.#filled, chunk.length - position);
    this.#partial.set(chunk.subarray(position, position + taken), this.#filled);
    this.#filled += taken;
    if (this.#filled === frameHeaderBytes && this.#partial.length === frameHeaderBytes) {
      const header = this.#partial;
      this.#partial = unpooled(frameHeaderBytes + bodyBytes(header, 0));
      this.#partial.set(header);
    }
    if (this.#filled === this.#partial.length) {
      const frame = this.#partial;
      this.#partial = emptyHeader();
      this.#filled = 0;
      this.#onFrame(decodeFrame(frame));
    }
    return taken;
  }
}

function emptyHeader(): Buffer {
  return unpooled(frameHeaderBytes);
}

/** A buffer of its own, so that it starts at a multiple of 8; not filled with zeros first. */
function unpooled(bytes: number): Buffer {
  return Buffer.allocUnsafeSlow(bytes);
}

/** The bytes of the frame that starts at `position`; 0 unless all of it is there, and aligned. */
function wholeFrameBytes(chunk: Uint8Array, position: number): number {
  const available = chunk.length - position;
  if (available < frameHeaderBytes || (chunk.byteOffset + position) % 8 !== 0) return 0;
  const whole = frameHeaderBytes + bodyBytes(chunk, position);
  return whole <= available ? whole : 0;
}

function bodyBytes(chunk: Uint8Array, position: number): number {
  const header = new DataView(chunk.buffer, chunk.byteOffset + position, frameHeaderBytes);
  if (header.getUint32(0, true) !== frameMagic) throw new FrameError('this is no frame');
  const bytes = header.getUint32(12, true);
  if (bytes > maxFrameBytes || bytes % 8 !== 0) {
    throw new FrameError(`a frame has at most ${maxFrameBytes} bytes, this one says ${bytes}`);
  }
  return bytes;
}

function decodeFrame(bytes: Uint8Array): Frame {
  const reader = new FrameReader(bytes);
  const kind = frameKinds[reader.view.getUint32(4, true)];
  const id = reader.view.getUint32(8, true);
  const frame = decodeBody(kind, id, reader);
  reader.finish();
  return frame;
}

function decodeBody(kind: Frame['kind'] | undefined, id: number, reader: FrameReader): Frame {
  const first = reader.uint32();
  const second = reader.uint32();
  switch (kind) {
    case 'infer':
    case 'answer':
      return { kind, id, tensors: repeat(first, () => reader.tensor()) };
    case 'failure': {
      const third = reader.uint32();
      reader.uint32();
      const code = reader.text(first);
      const expected = reader.text(second);
      const found = reader.text(third);
      reader.align();
      return { kind, id, code, expected, found };
    }
    case 'ready': {
      const signature: Signature = {
        inputs: repeat(first, () => reader.spec()),
        outputs: repeat(second, () => reader.spec()),
      };
      return { kind, id, signature };
    }
    case undefined:
      throw new FrameError('a frame of no known kind');
  }
}

/** Not `Array.from({ length })`: a length that lies must fail at its first item, not allocate. */
function repeat<T>(count: number, next: () => T): T[] {
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(next());
  return items;
}

/** Reads one frame, never beyond its end. */
class FrameReader {
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
