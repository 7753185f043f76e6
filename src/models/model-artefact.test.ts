import { createHash } from 'node:crypto';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { folderWith, smallModel } from '../../test/models/repository-on-disk.js';
import { artefactReader } from './model-artefact.js';

function withWeightsIn(...locations: string[]): Uint8Array {
  return smallModel(0, {
    initializers: locations.map((location, index) => ({
      name: `tensor${index}`,
      datatype: 'FP32',
      shape: [2],
      location,
      offsetBytes: 4,
      lengthBytes: 8,
    })),
  });
}

it('a model with weights beside it has a digest of all files together', async () => {
  const folder = await folderWith({
    'model.onnx': withWeightsIn('weights/b.bin', 'a.bin', 'weights/b.bin'),
    'a.bin': Buffer.alloc(12, 1),
    'weights/b.bin': Buffer.alloc(20, 2),
  });
  const read = artefactReader();
  const { digest, sizeBytes, onnx } = await read(path.join(folder, 'model.onnx'));
  const lines = ['model.onnx', 'a.bin', 'weights/b.bin'].map(
    async (name) => `${sha256(await readFile(path.join(folder, name)))}  ${name}\n`,
  );
  expect(digest).toBe(`sha256:${sha256((await Promise.all(lines)).join(''))}`);
  expect(onnx.externalData).toHaveLength(3);
  expect(sizeBytes).toBeGreaterThan(32);

  await writeFile(path.join(folder, 'a.bin'), Buffer.alloc(13, 3));
  expect((await read(path.join(folder, 'model.onnx'))).digest).not.toBe(digest);
});

it('a model whose weights are missing is refused, and its weights are named', async () => {
  const folder = await folderWith({ 'model.onnx': withWeightsIn('weights.bin') });
  await expect(artefactReader()(path.join(folder, 'model.onnx'))).rejects.toMatchObject({
    code: 'model-invalid',
    words: { expected: expect.stringContaining('"weights.bin"') as string, found: 'no such file' },
  });
});

it('a model whose weights were cut off is refused', async () => {
  const folder = await folderWith({ 'model.onnx': withWeightsIn('a.bin'), 'a.bin': 'short' });
  await expect(artefactReader()(path.join(folder, 'model.onnx'))).rejects.toThrow(
    'expected 12 bytes or more in "a.bin", for tensor "tensor0", found 5 bytes',
  );
});

it.each(['../secret.bin', '/etc/passwd', 'weights/../../secret.bin', 'link.bin', 'a\0.bin'])(
  'weights outside of the model folder are refused: %j',
  async (location) => {
    const folder = await folderWith({
      'churn/1/model.onnx': withWeightsIn(location),
      'churn/secret.bin': Buffer.alloc(100),
    });
    await symlink(path.join(folder, 'churn/secret.bin'), path.join(folder, 'churn/1/link.bin'));
    await expect(artefactReader()(path.join(folder, 'churn/1/model.onnx'))).rejects.toMatchObject({
      code: 'path-outside-roots',
    });
  },
);

it('two that ask at once get one reading', async () => {
  const folder = await folderWith({ 'model.onnx': smallModel() });
  const read = artefactReader();
  const file = path.join(folder, 'model.onnx');
  const [first, second] = await Promise.all([read(file), read(file)]);
  expect(first.onnx).toBe(second.onnx);
});

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
