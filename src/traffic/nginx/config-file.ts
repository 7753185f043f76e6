import { open, readFile, rename, rm } from 'node:fs/promises';

/** Writes a file in one piece: whoever reads it, also after a crash, finds the old or the new text. */
export async function writeInOnePiece(file: string, text: string): Promise<void> {
  const beside = `${file}.new`;
  const handle = await open(beside, 'w', 0o644);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
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
