import fc from 'fast-check';
import { expect, test } from 'vitest';
import { datatypes, elementBytes, elementCount, type Tensor } from '../../domain/tensor.js';
import { viewElements } from '../tensor-data.js';
import { encodeFrame } from './encode-frame.js';
import { FrameDecoder } from './frame-decoder.js';
import { FrameError, frameHeaderBytes, maxFrameBytes, type Frame } from './frames.js';

const datatype = fc.constantFrom(...datatypes);
const shape = fc.array(fc.nat(4), { maxLength: 4 });
const name = fc.string({ maxLength: 20, unit: 'grapheme' });

const tensor: fc.Arbitrary<Tensor> = fc
  .record({ name, datatype, shape })
  .chain(({ name, datatype, shape }): fc.Arbitrary<Tensor> => {
    const count = elementCount(shape);
    if (datatype === 'BYTES') {
      const strings = fc.array(fc.uint8Array({ maxLength: 9 }), {
        minLength: count,
        maxLength: count,
      });
      return strings.map((data) => ({ name, datatype, shape, data }));
    }
    const bytes = count * elementBytes[datatype];
    return fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((raw) => ({
      name,
      datatype,
      shape,
      data: viewElements(datatype, Uint8Array.from(raw).buffer, 0, count),
    }));
  });

const id = fc.nat(0xffffffff);
const tensors = fc.array(tensor, { maxLength: 4 });
const freeShape = fc.array(fc.integer({ min: -1, max: 9 }), { maxLength: 4 });
const spec = fc.record({ name, datatype, shape: freeShape });
const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ kind: fc.constant('infer'), id, tensors }),
  fc.record({ kind: fc.constant('answer'), id, tensors }),
  fc.record({ kind: fc.constant('leak'), id, mebibytesPerSecond: fc.nat(1024) }),
  fc.record({ kind: fc.constant('failure'), id, code: name, expected: name, found: name }),
  fc.record({
    kind: fc.constant('ready'),
    id,
    signature: fc.record({ inputs: fc.array(spec), outputs: fc.array(spec) }),
  }),
);

test('frames arrive as they were sent, wherever the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 4 }), fc.array(fc.nat(300)), (frames, cuts) => {
      const stream = Buffer.concat(frames.flatMap(encodeFrame));
      const received = decode(cut(stream, cuts));
      expect(received.map(comparable)).toEqual(frames.map(comparable));
    }),
  );
});

test('a tensor that is too large to be copied arrives as it was sent', () => {
  const data = Float32Array.from({ length: 50_001 }, (_, i) => i);
  const odd = Uint8Array.from({ length: 40_003 }, (_, i) => i);
  const sent: Frame = {
    kind: 'infer',
    id: 1,
    tensors: [
      { name: 'a', datatype: 'FP32', shape: [50_001], data },
      { name: 'b', datatype: 'UINT8', shape: [40_003], data: odd },
      { name: 'c', datatype: 'INT8', shape: [1], data: Int8Array.of(-1) },
    ],
  };
  const pieces = encodeFrame(sent);
  expect(pieces.some(({ buffer }) => buffer === data.buffer)).toBe(true);
  expect(decode(pieces).map(comparable)).toEqual([comparable(sent)]);
  expect(decode([Buffer.concat(pieces)]).map(comparable)).toEqual([comparable(sent)]);
});

test('a frame that came in one piece is used where it lies', () => {
  const bytes = Buffer.concat(encodeFrame(answer(Float32Array.of(1, 2, 3))));
  const aligned = new Uint8Array(new ArrayBuffer(bytes.length));
  aligned.set(bytes);
  expect(dataOfFirst(decode([aligned]))).toMatchObject({ buffer: aligned.buffer });
});

test('elements are readable when a frame does not start at a multiple of 8', () => {
  const bytes = Buffer.concat(encodeFrame(answer(Float32Array.of(1, 2, 3))));
  const shifted = new Uint8Array(new ArrayBuffer(bytes.length + 1), 1);
  shifted.set(bytes);
  expect(dataOfFirst(decode([shifted]))).toEqual(Float32Array.of(1, 2, 3));
});

test('a stream that ends inside a frame is an error', () => {
  const stream = Buffer.concat(encodeFrame(answer(Float32Array.of(1, 2, 3))));
  for (let length = 1; length < stream.length; length++) {
    const decoder = new FrameDecoder(() => expect.unreachable());
    decoder.push(stream.subarray(0, length));
    expect(() => {
      decoder.end();
    }).toThrow(FrameError);
  }
});

test('whatever is damaged is either refused or understood, and never read beyond its end', () => {
  const stream = Buffer.concat(encodeFrame(answer(Float32Array.of(1, 2, 3))));
  fc.assert(
    fc.property(fc.nat(stream.length - 1), fc.nat(255), (position, value) => {
      const damaged = Uint8Array.from(stream);
      damaged[position] = value;
      try {
        decode([damaged]);
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError);
      }
    }),
    { numRuns: 1000 },
  );
});

test('garbage is refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: frameHeaderBytes, maxLength: 100 }), (garbage) => {
      expect(() => decode([garbage])).toThrow(FrameError);
    }),
  );
});

test('a frame that says it is too large is refused at its header', () => {
  const header = Buffer.concat(encodeFrame(answer(Float32Array.of(1)))).subarray(0, 16);
  header.writeUInt32LE(maxFrameBytes + 8, 12);
  expect(() => decode([header])).toThrow(/at most/);
});

test('a frame that would be too large is not sent', () => {
  const data = new Uint8Array(maxFrameBytes + 1);
  const tensors: Tensor[] = [{ name: 'x', datatype: 'UINT8', shape: [data.length], data }];
  expect(() => encodeFrame({ kind: 'infer', id: 1, tensors })).toThrow(/at most/);
});

test('a name or a shape for which a frame has no room is not sent', () => {
  const data = new Uint8Array(1);
  const long: Tensor = { name: 'x'.repeat(70_000), datatype: 'UINT8', shape: [1], data };
  const deep: Tensor = { name: 'x', datatype: 'UINT8', shape: Array<number>(256).fill(1), data };
  expect(() => encodeFrame({ kind: 'infer', id: 1, tensors: [long] })).toThrow(FrameError);
  expect(() => encodeFrame({ kind: 'infer', id: 1, tensors: [deep] })).toThrow(FrameError);
});

test('a tensor whose shape does not fit its elements is refused', () => {
  const data = Float32Array.of(1, 2, 3);
  for (const shape of [[2], [4], [-1, -3], [2 ** 40, 2 ** 40], []]) {
    const tensors: Tensor[] = [{ name: 'x', datatype: 'FP32', shape, data }];
    expect(() => decode(encodeFrame({ kind: 'infer', id: 1, tensors }))).toThrow(FrameError);
  }
});

function answer(data: Float32Array): Frame {
  return {
    kind: 'answer',
    id: 7,
    tensors: [{ name: 'y', datatype: 'FP32', shape: [data.length], data }],
  };
}

function decode(chunks: readonly Uint8Array[]): Frame[] {
  const frames: Frame[] = [];
  const decoder = new FrameDecoder((frame) => frames.push(frame));
  for (const chunk of chunks) decoder.push(chunk);
  decoder.end();
  return frames;
}

function cut(stream: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let rest = stream;
  for (const size of sizes) {
    chunks.push(rest.subarray(0, size));
    rest = rest.subarray(size);
  }
  return [...chunks, rest];
}

function dataOfFirst(frames: readonly Frame[]): unknown {
  const [first] = frames;
  return first?.kind === 'answer' ? first.tensors[0]?.data : undefined;
}

/** Elements as bytes: NaN payloads have to arrive, too, and buffers equal byte arrays. */
function comparable(frame: Frame): unknown {
  if (!('tensors' in frame)) return frame;
  const tensors = frame.tensors.map((tensor) => ({
    ...tensor,
    data: ArrayBuffer.isView(tensor.data) ? hex(tensor.data) : tensor.data.map(hex),
  }));
  return { ...frame, tensors };
}

function hex({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
}
