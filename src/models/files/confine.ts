import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { SerinError } from '../../domain/errors.js';

/**
 * Where a path really leads, symbolic links resolved, if that is inside one of the folders.
 * @param folders absolute paths, symbolic links resolved
 * @returns the real path; undefined where there is nothing
 * @throws SerinError `path-outside-roots`, whether or not there is anything outside
 */
export async function confine(
  candidate: string,
  folders: readonly string[],
): Promise<string | undefined> {
  const real = await realPathOf(candidate);
  if (real === undefined) return undefined;
  if (!folders.some((folder) => isInside(real, folder))) throw outside(candidate);
  return real;
}

/** Whether a path is a folder itself, or inside it; both absolute. Looks at the names only. */
export function isInside(candidate: string, folder: string): boolean {
  const relative = path.relative(folder, candidate);
  return relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative);
}

/**
 * The real path of what is at a path; undefined where nothing is.
 * @throws whatever else keeps the path from being looked at (permissions, a circle of links)
 */
export async function realPathOf(candidate: string): Promise<string | undefined> {
  try {
    return await realpath(candidate);
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw thrown;
  }
}

/** The refusal of a path; it does not say whether there is anything. */
export function outside(candidate: string): SerinError {
  return new SerinError('path-outside-roots', {
    expected: 'a path inside the model repository, also after symbolic links',
    found: JSON.stringify(candidate.slice(0, 200)),
  });
}
