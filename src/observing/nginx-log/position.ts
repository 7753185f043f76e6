import { readFileSync, writeFileSync } from 'node:fs';

/** How far a file was read. */
export interface Position {
  readonly inode: number;
  readonly offset: number;
}

/** How far the log was read before a restart; undefined where nobody did. */
export function readPosition(file: string): Position | undefined {
  try {
    const [inode, offset] = readFileSync(beside(file), 'utf8').split(' ').map(Number);
    return Number.isInteger(inode) && Number.isInteger(offset)
      ? { inode: inode ?? 0, offset: offset ?? 0 }
      : undefined;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

export function savePosition(file: string, { inode, offset }: Position): void {
  writeFileSync(beside(file), `${inode} ${offset}`);
}

function beside(file: string): string {
  return `${file}.position`;
}
