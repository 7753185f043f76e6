import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { buildModel, type ModelToBuild } from '../../src/models/onnx/build.js';

/** A logistic regression with two features; `bias` tells one from another. */
export function smallModel(bias = 0, changes: Partial<ModelToBuild> = {}): Uint8Array {
  return buildModel({
    inputs: [{ name: 'features', datatype: 'FP32', shape: ['N', 2] }],
    outputs: [{ name: 'probability', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [
      { type: 'MatMul', inputs: ['features', 'weights'], outputs: ['product'] },
      { type: 'Add', inputs: ['product', 'bias'], outputs: ['logit'] },
      { type: 'Sigmoid', inputs: ['logit'], outputs: ['probability'] },
    ],
    initializers: [
      { name: 'weights', datatype: 'FP32', shape: [2, 1], data: Float32Array.of(1, -1) },
      { name: 'bias', datatype: 'FP32', shape: [1], data: Float32Array.of(bias) },
    ],
    ...changes,
  });
}

/**
 * Writes files under a new folder that goes away with the test.
 * @param files by path; a folder of models is at `models/`
 * @returns the absolute path of the new folder, symbolic links resolved
 */
export async function folderWith(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'serin-models-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}
