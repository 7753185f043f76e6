import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { toModelName, toVersionName, type ModelName, type VersionName } from '../domain/ids.js';
import { confine, realPathOf } from './files/confine.js';
import { compareNaturally } from './natural-order.js';

/** What a version's file is called. */
export const modelFileName = 'model.onnx';

/** A version folder as it lies in a root; a complete one, with a model file inside the roots. */
export interface VersionFolder {
  readonly model: ModelName;
  readonly version: VersionName;
  /** The path by its names: `<root>/churn/2`, or `<root>/churn_v2`. */
  readonly folder: string;
  /** Where the model's own model.yaml is: `<root>/churn` for both. */
  readonly modelFolder: string;
}

/**
 * Everything in the roots that is laid out as `<model>/<version>/model.onnx`, or flat as
 * `<model>_v<version>/model.onnx`. What is hidden, incomplete, or a link to elsewhere is no version;
 * where two roots have the same version, the first counts.
 * @param roots absolute paths, symbolic links resolved
 * @returns by model, then from the oldest version to the newest
 */
export async function findVersionFolders(
  roots: readonly string[],
): Promise<readonly VersionFolder[]> {
  const found = (await Promise.all(roots.map((root) => foldersOf(root, roots)))).flat();
  const first = new Map<string, VersionFolder>();
  for (const one of found) {
    const key = `${one.model}/${one.version}`;
    if (!first.has(key)) first.set(key, one);
  }
  return [...first.values()].sort(
    (a, b) => compareNaturally(a.model, b.model) || compareNaturally(a.version, b.version),
  );
}

/** Parts a flat folder's name: `model_v2` is version 2 of `model`. */
export function partFlatName(name: string): { model: string; version: string } | undefined {
  const [, model, version] = /^(.+)_v(\d[^/]*)$/.exec(name) ?? [];
  return model === undefined || version === undefined ? undefined : { model, version };
}

/** The real paths of the roots that are there. */
export async function realRoots(roots: readonly string[]): Promise<readonly string[]> {
  const real = await Promise.all(roots.map(realPathOf));
  return real.filter((root) => root !== undefined);
}

async function foldersOf(root: string, roots: readonly string[]): Promise<VersionFolder[]> {
  const inModels = (await namesIn(root)).map(async (name) => {
    const folder = path.join(root, name);
    const flat = partFlatName(name);
    const own =
      flat === undefined ? [] : [{ ...flat, folder, modelFolder: path.join(root, flat.model) }];
    const versions = (await namesIn(folder)).map((version) => ({
      model: name,
      version,
      folder: path.join(folder, version),
      modelFolder: folder,
    }));
    return [...own, ...versions];
  });
  const candidates = (await Promise.all(inModels)).flat().filter(hasPlainNames);
  const complete = await Promise.all(candidates.map(({ folder }) => isComplete(folder, roots)));
  return candidates
    .filter((_, index) => complete[index])
    .map((one) => ({
      ...one,
      model: toModelName(one.model),
      version: toVersionName(one.version),
    }));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => name);
  } catch {
    // A file, a dangling link, or no permission: no versions in there.
    return [];
  }
}

function hasPlainNames({ model, version }: { model: string; version: string }): boolean {
  try {
    return toModelName(model) !== '' && toVersionName(version) !== '';
  } catch {
    return false;
  }
}

async function isComplete(folder: string, roots: readonly string[]): Promise<boolean> {
  try {
    const file = await confine(path.join(folder, modelFileName), roots);
    return file !== undefined && (await stat(file)).isFile();
  } catch {
    return false;
  }
}
