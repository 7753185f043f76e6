import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SerinError } from '../../domain/errors.js';

/**
 * Writes a file in one piece: whoever reads it, also after a crash, finds the old or the new text.
 * @throws SerinError `store-failed` where the disk is full, or the folder is somebody else's
 */
export async function writeInOnePiece(file: string, text: string): Promise<void> {
  try {
    const beside = `${file}.new`;
    await writeWhole(beside, text);
    await rename(beside, file);
  } catch (cause) {
    throw new SerinError('store-failed', {
      expected: `to write ${file}`,
      found: (cause as NodeJS.ErrnoException).code ?? (cause as Error).message,
      advice: `Check space and permissions of ${dirname(file)}.`,
      cause,
    });
  }
}

async function writeWhole(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o644);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The text of a file; undefined where there is none. */
export async function textOfFile(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** Puts back what was there before. */
export async function restoreFile(file: string, before: string | undefined): Promise<void> {
  if (before === undefined) await rm(file, { force: true });
  else await writeInOnePiece(file, before);
}
