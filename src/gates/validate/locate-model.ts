import { stat } from 'node:fs/promises';
import path from 'node:path';
import { SerinError } from '../../domain/errors.js';
import type { OnnxVersion } from '../../domain/version.js';
import { realPathOf } from '../../models/files/confine.js';
import { modelFileName, partFlatName } from '../../models/folders.js';

/** A model file with the folders whose model.yaml belongs to it. */
export interface ModelToValidate {
  /** Absolute path of the .onnx file, symbolic links resolved. */
  readonly file: string;
  /** What reports call it. */
  readonly shownAs: string;
  /** The folder of the version: its own model.yaml, weights and golden pairs are in it. */
  readonly versionFolder: string;
  /** The folder of the model, with what is true of all its versions; undefined: there is none. */
  readonly modelFolder: string | undefined;
}

/**
 * Finds a model by a path: an .onnx file, or a folder with a model.onnx.
 * @param repository a folder of models, in which a relative path is looked for, too
 * @throws SerinError `model-file-missing`
 */
export async function locateModel(given: string, repository?: string): Promise<ModelToValidate> {
  for (const folder of ['', ...(repository === undefined ? [] : [repository])]) {
    const named = path.resolve(folder, given);
    const file = (await isFolder(named)) ? path.join(named, modelFileName) : named;
    const real = await realPathOf(file);
    // Weights are looked for where the file really is; model.yaml stands where the file was named.
    if (real !== undefined) return { ...foldersOf(file), file: real, shownAs: given };
  }
  throw new SerinError('model-file-missing', {
    expected: `an .onnx file, or a folder with a ${modelFileName}`,
    found: `nothing at ${given}`,
    advice: 'Name an .onnx file, or the folder of a version.',
  });
}

/** A version of the model repository as something to validate. */
export function modelOfVersion({ file, model, version }: OnnxVersion): ModelToValidate {
  return { ...foldersOf(file), file, shownAs: `${model}/${version}` };
}

async function isFolder(named: string): Promise<boolean> {
  return stat(named).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** As the model repository lays them out: `churn/2/model.onnx`, or flat, `churn_v2/model.onnx`. */
function foldersOf(file: string): Pick<ModelToValidate, 'versionFolder' | 'modelFolder'> {
  const versionFolder = path.dirname(file);
  if (path.basename(file) !== modelFileName) return { versionFolder, modelFolder: undefined };
  const parent = path.dirname(versionFolder);
  const flat = partFlatName(path.basename(versionFolder));
  return {
    versionFolder,
    modelFolder: flat === undefined ? parent : path.join(parent, flat.model),
  };
}
