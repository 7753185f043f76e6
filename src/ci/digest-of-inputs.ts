import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { locateModel } from '../gates/validate/locate-model.js';
import { configFileName } from '../models/config/layers.js';
import { hashFile } from '../models/files/hashed-file.js';

/**
 * What requests are sent to a container: a file of them, or a model with the golden rows of its
 * model.yaml.
 * @param given as `--inputs` names it; one that is not there has a digest, too: the test says more
 */
export async function digestOfInputs(given: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await filesOf(given)) hash.update(`${await digestIfThere(file)}\0`);
  return `sha256:${hash.digest('hex')}`;
}

async function filesOf(given: string): Promise<readonly string[]> {
  const isFolder = await stat(given).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder && !given.endsWith('.onnx')) return [given];
  try {
    const { file, versionFolder, modelFolder } = await locateModel(given);
    const folders = [versionFolder, modelFolder].filter((folder) => folder !== undefined);
    return [file, ...folders.map((folder) => path.join(folder, configFileName))];
  } catch {
    return [given];
  }
}

async function digestIfThere(file: string): Promise<string> {
  try {
    return (await hashFile(file)).sha256;
  } catch {
    return 'none';
  }
}
