import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { SerinError } from '../domain/errors.js';
import { stateFolder } from './state/state-file.js';

/** Never part of what is built or validated. */
const neverCounted = ['.git', stateFolder];

/**
 * The names, kinds and contents of the files of a folder.
 * @param isLeftOut of a path relative to the folder, with `/`
 * @throws SerinError `usage` where it cannot be read
 */
export async function digestOfFolder(
  folder: string,
  isLeftOut: (file: string) => boolean,
): Promise<string> {
  const hash = createHash('sha256');
  try {
    for (const file of await filesUnder(folder, '')) {
      if (isLeftOut(file)) continue;
      hash.update(`${file}\0${await contentOf(path.join(folder, file))}\0`);
    }
  } catch (cause) {
    const { code = 'an error' } = cause as NodeJS.ErrnoException;
    throw new SerinError('usage', { expected: `to read ${folder}`, found: code, cause });
  }
  return `sha256:${hash.digest('hex')}`;
}

/**
 * @param paths absolute ones, of files and folders
 * @returns whether a path relative to the folder is one of them, or below one
 */
export function within(folder: string, paths: readonly string[]): (file: string) => boolean {
  const root = path.resolve(folder);
  const named = paths.map((one) => path.relative(root, one).split(path.sep).join('/'));
  return (file) => named.some((name) => file === name || file.startsWith(`${name}/`));
}

/** In an order that does not depend on the file system. */
async function filesUnder(root: string, below: string): Promise<readonly string[]> {
  const entries = await readdir(path.join(root, below), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (neverCounted.includes(name)) return [];
      return entry.isDirectory() ? await filesUnder(root, name) : [name];
    }),
  );
  return found.flat().sort();
}

async function contentOf(file: string): Promise<string> {
  const found = await lstat(file);
  if (found.isSymbolicLink()) return `link ${await readlink(file)}`;
  if (!found.isFile()) return 'special';
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  // Whether it can be run is part of an image, too.
  return `${(found.mode & 0o111) === 0 ? 'file' : 'program'} ${hash.digest('hex')}`;
}
