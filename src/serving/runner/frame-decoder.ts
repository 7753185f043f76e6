import type { Signature } from '../../domain/signature.js';
import { FrameReader } from './frame-reader.js';
import {
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
    case 'leak':
      return { kind, id, mebibytesPerSecond: first };
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
