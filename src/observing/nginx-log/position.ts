import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';

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

/** Two numbers of 20 digits at most. */
const longest = 42;

/** Keeps how far a log was read, many times a second: in place, so that a full disk is no obstacle. */
export class SavedPosition {
  #descriptor: number | undefined;

  /** @param file the log */
  constructor(private readonly file: string) {}

  save({ inode, offset }: Position): void {
    this.#descriptor ??= openSync(beside(this.file), constants.O_RDWR | constants.O_CREAT, 0o644);
    writeSync(this.#descriptor, `${inode} ${offset}`.padEnd(longest), 0);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

function beside(file: string): string {
  return `${file}.position`;
}
