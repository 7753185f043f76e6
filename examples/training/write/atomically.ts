import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Files to write, by name. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/**
 * Makes a folder that appears complete or not at all: it is written under a hidden name beside its
 * place, and renamed.
 * @param replace whether a folder that is there already gives way; otherwise it stays as it is
 * @returns whether the folder is the new one
 */
export async function writeFolder(
  folder: string,
  files: Files,
  replace: boolean,
): Promise<boolean> {
  const parent = path.dirname(folder);
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(path.join(parent, `.${path.basename(folder)}-`));
  try {
    const fresh = path.join(work, 'new');
    await mkdir(fresh);
    for (const [name, content] of Object.entries(files)) {
      await writeFile(path.join(fresh, name), content);
    }
    if (replace && (await exists(folder))) await rename(folder, path.join(work, 'old'));
    return await renameUnlessThere(fresh, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Writes one file that appears complete or not at all; an old one is replaced. */
export async function writeWholeFile(file: string, content: string): Promise<void> {
  const parent = path.dirname(file);
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(path.join(parent, `.${path.basename(file)}-`));
  try {
    await writeFile(path.join(work, 'new'), content);
    await rename(path.join(work, 'new'), file);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Whether there is anything at a path. */
export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** A folder with files in it is never replaced by rename(2): whoever came first stays. */
async function renameUnlessThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw thrown;
  }
}
