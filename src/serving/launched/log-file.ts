import { open, stat, truncate } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';

/** A log that has grown so long begins anew: nobody reads the start of one, and disks are finite. */
const longestBytes = 16 * 1024 * 1024;

const readBytes = 16 * 1024;
const longestLine = 500;

/** The last lines of a log file; none where there is no such file. */
export async function lastLinesOf(file: string, lines: number): Promise<readonly string[]> {
  const text = await endOf(file).catch(() => '');
  return text
    .split('\n')
    .map((line) => stripVTControlCharacters(line).trim().slice(0, longestLine))
    .filter((line) => line !== '')
    .slice(-lines);
}

/** Empties a log that is too long; who writes to it appends, and goes on at its new end. */
export async function keepShort(file: string, longest = longestBytes): Promise<void> {
  const { size } = await stat(file);
  if (size > longest) await truncate(file);
}

async function endOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - readBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(readBytes), 0, readBytes, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
