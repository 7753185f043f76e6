import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { OnnxVersion } from '../../../domain/version.js';
import { describedSignature } from '../../../models/config/described-signature.js';
import { goldenRows } from '../../../models/config/golden-rows.js';
import { configFileName, readConfig, type ConfigPlace } from '../../../models/config/layers.js';
import { predictionSpec } from '../../../models/config/prediction-spec.js';
import { modelFileName } from '../../../models/folders.js';
import { artefactReader } from '../../../models/model-artefact.js';

/** What a model on this machine says of its inputs and of the answers to some of them. */
export type LocalModel = Pick<OnnxVersion, 'signature' | 'prediction' | 'golden'>;

/**
 * Reads a model that somebody named: the folder of a version, or an .onnx file, with the model.yaml
 * beside it and the one above.
 * @returns undefined where the path is neither
 * @throws SerinError `model-invalid`, `model-config-invalid`
 */
export async function readLocalModel(given: string): Promise<LocalModel | undefined> {
  const file = await modelFileAt(given);
  if (file === undefined) return undefined;
  const { onnx } = await artefactReader()(file);
  const folder = path.dirname(file);
  const config = await readConfig(
    await configIn(folder),
    // A file of any other name stands alone: the folder above says nothing of it.
    path.basename(file) === modelFileName
      ? await configIn(path.dirname(folder))
      : { file: undefined, shownAs: configFileName },
  );
  return {
    signature: describedSignature(config, onnx.signature),
    prediction: predictionSpec(config, onnx),
    golden: goldenRows(config, onnx.signature),
  };
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
