import { create, toBinary } from '@bufbuild/protobuf';
import path from 'node:path';
import { expect, test } from 'vitest';
import { float32, npy, npz, tensorProto } from '../../../../test/models/golden-files.js';
import { folderWith } from '../../../../test/models/repository-on-disk.js';
import type { Signature } from '../../../domain/signature.js';
import { TensorProtoSchema } from '../../../models/onnx/generated/onnx_pb.js';
import { readKnownPairs } from './read-known-pairs.js';
import { readNpy } from './npy.js';
import { readTensorProto } from './tensor-proto.js';

const signature: Signature = {
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 1] }],
};

async function read(files: Readonly<Record<string, string | Uint8Array>>, named: string) {
  const folder = await folderWith({ 'churn/1/model.onnx': '', ...files });
  const versionFolder = path.join(folder, 'churn/1');
  const model = { file: '', shownAs: '', versionFolder, modelFolder: path.join(folder, 'churn') };
  return readKnownPairs({ model, signature }, named);
}

const x = npy('<f4', [1, 2], float32(1, 2));
const y = npy('<f4', [1, 1], float32(3));

test.each([true, false])(
  'an archive of NumPy arrays is read by name (compressed: %s)',
  async (compressed) => {
    const [pair] = await read({ 'churn/1/cases.npz': npz({ x, y }, compressed) }, 'cases.npz');
    expect(pair?.inputs).toEqual([
      { name: 'x', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(1, 2) },
    ]);
    expect(pair?.outputs[0]?.data).toEqual(Float32Array.of(3));
  },
);

test("a folder as ONNX's own test data are is read, each data set a pair", async () => {
  const input = { name: '', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(1, 2) } as const;
  const output = { name: '', datatype: 'FP32', shape: [1, 1], data: Float32Array.of(3) } as const;
  const pairs = await read(
    {
      'churn/golden/test_data_set_0/input_0.pb': tensorProto(input),
      'churn/golden/test_data_set_0/output_0.pb': tensorProto(output),
      'churn/golden/test_data_set_1/input_0.npy': x,
      'churn/golden/test_data_set_1/y.npy': y,
    },
    'golden',
  );
  expect(pairs.map(({ name }) => name)).toEqual([
    'golden/test_data_set_0',
    'golden/test_data_set_1',
  ]);
  expect(pairs[0]?.inputs).toEqual([{ ...input, name: 'x' }]);
  expect(pairs[1]?.outputs[0]?.data).toEqual(Float32Array.of(3));
});

test('a JSON file has the form of golden rows in model.yaml', async () => {
  const rows = [{ inputs: { x: [1, 2] }, outputs: { y: [3] }, tolerance: 0.5 }];
  const [pair] = await read({ 'churn/1/cases.json': JSON.stringify(rows) }, 'cases.json');
  expect(pair).toMatchObject({ absolute: 0.5, inputs: [{ shape: [1, 2] }] });
});

test.each([
  ['an array of another shape', { 'a.npz': npz({ x: y, y }, false) }, 'FP32 [N, 2]', 'FP32 [1, 1]'],
  ['an array that the model does not have', { 'a.npz': npz({ x, z: y }, false) }, 'x, y', 'z'],
  ['an archive that was cut off', { 'a.npz': npz({ x, y }, true).subarray(0, 80) }, 'archive', ''],
  ['JSON of another form', { 'a.json': '[{"inputs": {"x": [1, 2]}}]' }, 'a list of {', ''],
  ['no JSON', { 'a.json': 'hello' }, 'JSON in a.json', ''],
  [
    'a value of another datatype',
    { 'a.json': '[{"inputs":{"x":["a",2]},"outputs":{"y":[1]}}]' },
    'finite numbers',
    '"a"',
  ],
  ['an output alone', { 'a.npz': npz({ y }, false) }, 'every input', 'y'],
])('%s is refused, and said so', async (_, files, expected, found) => {
  const placed = Object.entries(files).map(([name, bytes]) => [`churn/1/${name}`, bytes] as const);
  const [named = ''] = Object.keys(files);
  await expect(read(Object.fromEntries(placed), named)).rejects.toMatchObject({
    code: 'invalid-input',
    words: {
      expected: expect.stringContaining(expected) as string,
      found: expect.stringContaining(found) as string,
    },
  });
});

test('a path that leads out of the model is refused', async () => {
  await expect(read({ 'secret.json': '[]' }, '../../secret.json')).rejects.toMatchObject({
    code: 'path-outside-roots',
  });
});

test.each([
  ['<i8', new Uint8Array(BigInt64Array.of(-1n, 2n).buffer), 'INT64', BigInt64Array.of(-1n, 2n)],
  ['|b1', Uint8Array.of(1, 0), 'BOOL', Uint8Array.of(1, 0)],
  ['<f2', Uint8Array.of(0, 0x3c, 0, 0x40), 'FP16', Uint16Array.of(0x3c00, 0x4000)],
  ['>i2', Uint8Array.of(1, 0, 0, 2), 'INT16', Int16Array.of(256, 2)],
  ['|S3', Buffer.from('ab\0xyz'), 'BYTES', [Buffer.from('ab'), Buffer.from('xyz')]],
  [
    '<U2',
    Buffer.from('a\0\0\0b\0\0\0c\0\0\0\0\0\0\0'),
    'BYTES',
    [Buffer.from('ab'), Buffer.from('c')],
  ],
])("NumPy's %s is read", (descr, raw, datatype, data) => {
  const tensor = readNpy(npy(descr, [2], raw), 'a.npy');
  expect(tensor.datatype).toBe(datatype);
  expect(Array.from(tensor.data, String)).toEqual(Array.from(data as ArrayLike<unknown>, String));
});

test("an array in Fortran's order is read as NumPy shows it", () => {
  const fortran = npy('<f4', [2, 3], float32(1, 4, 2, 5, 3, 6), true);
  expect(readNpy(fortran, 'a.npy').data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
});

test('a pickle is refused', () => {
  expect(() => readNpy(npy('|O', [1], Buffer.alloc(8)), 'a.npy')).toThrow('the NumPy type |O');
});

test('a tensor whose elements are listed in fields is read as one with raw bytes', () => {
  const listed = create(TensorProtoSchema, { dims: [2n], dataType: 7, int64Data: [5n, -6n] });
  expect(readTensorProto(Buffer.from(toBinary(TensorProtoSchema, listed)), 'a').data).toEqual(
    BigInt64Array.of(5n, -6n),
  );
  const text = create(TensorProtoSchema, {
    dims: [1n],
    dataType: 8,
    stringData: [Buffer.from('é')],
  });
  const [only] = readTensorProto(Buffer.from(toBinary(TensorProtoSchema, text)), 'a')
    .data as Uint8Array[];
  expect(Buffer.from(only ?? []).toString()).toBe('é');
});
