import path from 'node:path';
import { SerinError } from '../../../domain/errors.js';
import { confine, realPathOf } from '../../../models/files/confine.js';
import type { ModelToValidate } from '../locate-model.js';

/**
 * Where a file or folder is that model.yaml or a person names. An absolute path is taken as it is
 * given; a relative one is looked for in the version's folder, then in the model's, and must not
 * lead out of them.
 * @throws SerinError `path-outside-roots`; `invalid-input` when there is nothing
 */
export async function findNamed(
  { versionFolder, modelFolder }: ModelToValidate,
  name: string,
): Promise<string> {
  const folders = await realFolders([
    versionFolder,
    ...(modelFolder === undefined ? [] : [modelFolder]),
  ]);
  for (const folder of path.isAbsolute(name) ? [] : folders) {
    const found = await confine(path.join(folder, name), folders);
    if (found !== undefined) return found;
  }
  const found = path.isAbsolute(name) ? await realPathOf(name) : undefined;
  if (found !== undefined) return found;
  throw new SerinError('invalid-input', {
    expected: `a file or folder ${JSON.stringify(name)} beside the model`,
    found: 'none',
  });
}

async function realFolders(folders: readonly string[]): Promise<readonly string[]> {
  const real = await Promise.all(folders.map(realPathOf));
  return real.filter((folder) => folder !== undefined);
}
