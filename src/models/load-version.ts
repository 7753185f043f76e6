import { stat } from 'node:fs/promises';
import path from 'node:path';
import { SerinError } from '../domain/errors.js';
import type { OnnxVersion } from '../domain/version.js';
import { configFileName, readConfig, type ConfigPlace } from './config/layers.js';
import { describeVersion } from './describe-version.js';
import { confine } from './files/confine.js';
import { modelFileName, type VersionFolder } from './folders.js';
import type { ReadArtefact } from './model-artefact.js';

/**
 * Reads a version: its file, its data, its model.yaml and its model's.
 * @param roots absolute paths, symbolic links resolved
 * @throws SerinError `model-file-missing`, `path-outside-roots`, `model-invalid`,
 * `model-config-invalid`
 */
export async function loadVersion(
  { model, version, folder, modelFolder }: VersionFolder,
  roots: readonly string[],
  readArtefact: ReadArtefact,
): Promise<OnnxVersion> {
  const name = `${model}/${version}`;
  const file = await confine(path.join(folder, modelFileName), roots);
  if (file === undefined || !(await stat(file)).isFile()) {
    throw new SerinError('model-file-missing', {
      expected: `the file ${modelFileName} in ${name}`,
      found: 'none',
    });
  }
  const artefact = await readArtefact(file);
  const config = await readConfig(
    await configIn(folder, name, roots),
    await configIn(modelFolder, model, roots),
  );
  return describeVersion({ model, version, file }, artefact, config);
}

/** The model.yaml of a folder; a link that leads out of the roots is refused like the model's. */
export async function configIn(
  folder: string,
  name: string,
  roots: readonly string[],
): Promise<ConfigPlace> {
  return {
    file: await confine(path.join(folder, configFileName), roots),
    shownAs: `${name}/${configFileName}`,
  };
}
