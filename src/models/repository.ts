import path from 'node:path';
import type { ModelName, VersionName } from '../domain/ids.js';
import type { OnnxVersion } from '../domain/version.js';
import { readModelConfig } from './config/layers.js';
import { findVersion } from './find-version.js';
import { findVersionFolders, realRoots, type VersionFolder } from './folders.js';
import { configIn, loadVersion } from './load-version.js';
import { artefactReader } from './model-artefact.js';
import { readingsOf, type NamedVersion } from './named-version.js';

/** A model and its versions, as they are on the disk now. */
export interface ModelListing {
  readonly model: ModelName;
  /** From the oldest to the newest: `2` before `10`. */
  readonly versions: readonly VersionName[];
}

/** Folders with models: `<root>/<model>/<version>/model.onnx`. The disk is read on every call. */
export interface ModelRepository {
  /** Every complete version, by model. A broken file in one does not hide the others. */
  list(): Promise<readonly ModelListing[]>;
  /**
   * Reads a version; its file is read again only when it has changed.
   * @throws SerinError `model-not-found`, `version-not-found`, `model-file-missing`,
   * `path-outside-roots`, `model-invalid`, `model-config-invalid`
   */
  load(model: string, version: string): Promise<OnnxVersion>;
  /**
   * Reads the version that a path or name means: `churn/2`, `churn_v2`, `models/churn/2`, the path
   * of a model.onnx, absolute or not, or `churn` where it has only one version.
   * @throws SerinError as `load`
   */
  resolve(pathOrName: string): Promise<OnnxVersion>;
  /**
   * The version that takes live traffic when nothing was ever promoted: `stable` of the model's
   * model.yaml, else the newest.
   * @throws SerinError `model-not-found`, `version-not-found`, `model-config-invalid`
   */
  stableAtStart(model: string): Promise<VersionName>;
}

/**
 * Opens a model repository.
 * @param roots folders; one that is missing is empty until it is made
 */
export function openRepository(roots: readonly string[]): ModelRepository {
  const given = roots.map((root) => path.resolve(root));
  const readArtefact = artefactReader();

  async function load(readings: readonly NamedVersion[]): Promise<OnnxVersion> {
    const real = await realRoots(given);
    const folder = await findVersion(readings, await findVersionFolders(real), real);
    return loadVersion(folder, real, readArtefact);
  }

  return {
    list: async () => toListings(await findVersionFolders(await realRoots(given))),
    load: async (model, version) => load([{ model, version }]),
    resolve: async (pathOrName) => {
      const real = await realRoots(given);
      return load(await readingsOf(pathOrName, [...new Set([...given, ...real])]));
    },
    stableAtStart: async (model) => {
      const real = await realRoots(given);
      const known = await findVersionFolders(real);
      return stableOf(model, known, real);
    },
  };
}

async function stableOf(
  model: string,
  known: readonly VersionFolder[],
  roots: readonly string[],
): Promise<VersionName> {
  const folders = known.filter((one) => one.model === model);
  const newest = folders.at(-1) ?? (await findVersion([{ model }], known, roots));
  for (const modelFolder of new Set(folders.map((one) => one.modelFolder))) {
    const { stable } = await readModelConfig(await configIn(modelFolder, model, roots));
    if (stable !== undefined) {
      return (await findVersion([{ model, version: stable }], folders, roots)).version;
    }
  }
  return newest.version;
}

function toListings(folders: readonly VersionFolder[]): readonly ModelListing[] {
  const listings = new Map<ModelName, VersionName[]>();
  for (const { model, version } of folders) {
    const versions = listings.get(model) ?? [];
    versions.push(version);
    listings.set(model, versions);
  }
  return Array.from(listings, ([model, versions]) => ({ model, versions }));
}
