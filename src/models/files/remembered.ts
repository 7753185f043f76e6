import { open } from 'node:fs/promises';
import { sameStamp, stampOf, type FileStamp } from './hashed-file.js';

interface Entry<T> {
  readonly stamp: FileStamp;
  readonly value: Promise<T>;
}

/**
 * Remembers what was read from each file, until the file is another one: by path, inode, size and
 * time of change. Two that ask at once share one reading.
 * @param read reads a file that was not read before
 */
export function rememberByFile<T>(read: (file: string) => Promise<T>): (file: string) => Promise<T> {
  const entries = new Map<string, Entry<T>>();
  return async (file) => {
    const stamp = await currentStamp(file);
    const known = entries.get(file);
    if (known !== undefined && sameStamp(known.stamp, stamp)) return known.value;
    const entry = { stamp, value: read(file) };
    entries.set(file, entry);
    entry.value.catch(() => {
      // The next one to ask tries again.
      if (entries.get(file) === entry) entries.delete(file);
    });
    return entry.value;
  };
}

async function currentStamp(file: string): Promise<FileStamp> {
  const handle = await open(file);
  try {
    return await stampOf(handle);
  } finally {
    await handle.close();
  }
}
