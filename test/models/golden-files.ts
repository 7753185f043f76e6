import { create, toBinary } from '@bufbuild/protobuf';
import { deflateRawSync } from 'node:zlib';
import type { Tensor } from '../../src/domain/tensor.js';
import { TensorProtoSchema } from '../../src/models/onnx/generated/onnx_pb.js';
import { toTensorProto } from '../../src/models/onnx/tensor-proto.js';

/** Golden pairs as NumPy and ONNX write them. */

/** A file as numpy.save writes it. */
export function npy(descr: string, shape: readonly number[], raw: Uint8Array, fortran = false): Buffer {
  const dimensions = shape.map((size) => `${size},`).join(' ');
  const header = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${dimensions}), }`;
  const padded = `${header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11)}\n`;
  const head = Buffer.from('\x93NUMPY\x01\x00\0\0', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded), raw]);
}

/** The bytes of numbers, for `npy` of `<f4`. */
export function float32(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** An archive as numpy.savez writes it, or numpy.savez_compressed. */
export function npz(arrays: Readonly<Record<string, Buffer>>, compressed: boolean): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(arrays)) {
    const entryName = Buffer.from(`${name}.npy`);
    const packed = compressed ? deflateRawSync(content) : content;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(entryName.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(compressed ? 8 : 0, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(content.length, 24);
    entry.writeUInt16LE(entryName.length, 28);
    entry.writeUInt32LE(at, 42);
    locals.push(local, entryName, packed);
    entries.push(entry, entryName);
    at += local.length + entryName.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(arrays).length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, ...entries, end]);
}

/** A TensorProto, as ONNX's own test data are. */
export function tensorProto(tensor: Tensor): Uint8Array {
  return toBinary(TensorProtoSchema, create(TensorProtoSchema, toTensorProto(tensor)));
}
