import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ModelName, VersionName } from '../../../domain/ids.js';
import type { OnnxVersion } from '../../../domain/version.js';
import { configFileName, readConfig, type ConfigPlace } from '../../../models/config/layers.js';
import { describeVersion } from '../../../models/describe-version.js';
import { modelFileName } from '../../../models/folders.js';
import { artefactReader } from '../../../models/model-artefact.js';

/**
 * Reads a model that somebody named: the folder of a version, or an .onnx file, with the model.yaml
 * beside it and the one above.
 * @returns undefined where the path is neither
 * @throws SerinError `model-invalid`, `model-config-invalid`
 */
export async function readLocalModel(given: string): Promise<OnnxVersion | undefined> {
  const file = await modelFileAt(given);
  if (file === undefined) return undefined;
  const artefact = await artefactReader()(file);
  const folder = path.dirname(file);
  // A file of any other name stands alone: the folder above says nothing of it.
  const isVersion = path.basename(file) === modelFileName;
  const above = isVersion
    ? await configIn(path.dirname(folder))
    : { file: undefined, shownAs: configFileName };
  const config = await readConfig(await configIn(folder), above);
  const named = {
    model: nameOf(path.basename(isVersion ? path.dirname(folder) : folder)) as ModelName,
    version: nameOf(isVersion ? path.basename(folder) : path.parse(file).name) as VersionName,
    file,
  };
  return describeVersion(named, artefact, config);
}

/** Folders have any name; a model's has letters, digits, ".", "_" and "-", and begins with no sign. */
function nameOf(folder: string): string {
  return folder.replaceAll(/[^\w.-]|\.{2,}/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'model';
}

async function modelFileAt(given: string): Promise<string | undefined> {
  const absolute = path.resolve(given);
  if (await isFile(path.join(absolute, modelFileName))) return path.join(absolute, modelFileName);
  return absolute.endsWith('.onnx') && (await isFile(absolute)) ? absolute : undefined;
}

async function configIn(folder: string): Promise<ConfigPlace> {
  const file = path.join(folder, configFileName);
  return { file: (await isFile(file)) ? file : undefined, shownAs: file };
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    // Not there, or not for us: either way there is nothing to read.
    return false;
  }
}
