import { open } from 'node:fs/promises';

/** What was written to a file behind a position, at most 64 KiB of it. */
export async function textSince(file: string, from: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(64 * 1024);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
