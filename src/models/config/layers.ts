import { readFile } from 'node:fs/promises';
import type { SerinError } from '../../domain/errors.js';
import { contentCheck } from './check.js';
import { parseConfigFile, type ConfigFile, type KeyPath } from './config-file.js';
import { modelConfigSchema, versionConfigSchema, type ModelConfig } from './schema.js';

export const configFileName = 'model.yaml';

/** What the model.yaml files say together, and where each thing is said. */
export interface LayeredConfig {
  readonly values: ModelConfig;
  /** An error about a value, in the file that it comes from. */
  readonly fail: (place: KeyPath, expected: string, found: string) => SerinError;
}

/** A model.yaml to read: where it is, and what errors call it. */
export interface ConfigPlace {
  /** Undefined where there is none. */
  readonly file: string | undefined;
  readonly shownAs: string;
}

interface Layer {
  readonly file: ConfigFile;
  readonly values: ModelConfig;
}

const checkVersion = contentCheck(versionConfigSchema);
const checkModel = contentCheck(modelConfigSchema);

/**
 * Reads a version's model.yaml over its model's: each top-level key of the first counts, and of the
 * second where the first has none. Either may be missing.
 * @throws SerinError `model-config-invalid` with file, line and column
 */
export async function readConfig(version: ConfigPlace, model: ConfigPlace): Promise<LayeredConfig> {
  const own = await readLayer(version, checkVersion);
  const shared = await readLayer(model, checkModel);
  return {
    values: { ...shared.values, ...own.values },
    fail: (place, expected, found) => {
      const source = String(place[0]) in own.values ? own : shared;
      return source.file.fail(place, expected, found);
    },
  };
}

/** Reads a model's own model.yaml; empty where there is none. */
export async function readModelConfig(place: ConfigPlace): Promise<ModelConfig> {
  return (await readLayer(place, checkModel)).values;
}

async function readLayer(
  { file, shownAs }: ConfigPlace,
  check: (file: ConfigFile) => ModelConfig,
): Promise<Layer> {
  const text = file === undefined ? '' : await readFile(file, 'utf8');
  const parsed = parseConfigFile(text, shownAs);
  return { file: parsed, values: check(parsed) };
}
