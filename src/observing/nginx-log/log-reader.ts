import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { readPosition, SavedPosition } from './position.js';

/** One file of the log that is being read, from where on, and the half line at its end. */
interface Part {
  readonly descriptor: number;
  readonly inode: number;
  offset: number;
  rest: string;
  /** When it last had something new, in milliseconds. */
  grewAtMs: number;
}

/** Workers write to a file that was renamed until they have opened the new one. */
const quietForMs = 3_000;
const chunkBytes = 256 * 1024;
/** 8 MiB at a time, which take about 0.2 s: others wait meanwhile. */
const mostChunks = 32;

/**
 * Reads a log that grows, and goes on where it stopped, also after a restart. A file that was
 * renamed (by Serin, or by whoever rotates logs) is read to its end beside the new one.
 */
export class LogReader {
  readonly #chunk = Buffer.allocUnsafe(chunkBytes);
  readonly #parts: Part[] = [];
  readonly #saved: SavedPosition;
  #hasLooked = false;
  #bytesRead = 0;

  /**
   * @param file need not exist yet
   * @param startsAtEnd skips what is there at the first look, where nothing is known of an earlier one
   */
  constructor(
    private readonly file: string,
    private readonly startsAtEnd: boolean,
    private readonly tell: (line: string) => void,
  ) {
    this.#saved = new SavedPosition(file);
  }

  /** Of all files, since the start. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** Bytes that were read of the file that has the log's name; 0 while there is none. */
  get size(): number {
    const newest = this.#parts.at(-1);
    return newest?.inode === inodeOf(this.file) ? (newest?.offset ?? 0) : 0;
  }

  /**
   * Reads what is new.
   * @param nowMs from a clock that only goes forward
   * @returns whether that was everything: much of it is read in several goes
   */
  read(nowMs: number): boolean {
    this.#openWhatIsNew(nowMs);
    let isEverything = true;
    for (const part of [...this.#parts]) {
      if (!this.#readOn(part, nowMs)) isEverything = false;
      const isOld = part !== this.#parts.at(-1);
      if (isOld && nowMs - part.grewAtMs > quietForMs) this.#forget(part);
    }
    return isEverything;
  }

  close(): void {
    for (const part of [...this.#parts]) this.#forget(part);
    this.#saved.close();
  }

  #openWhatIsNew(nowMs: number): void {
    const isFirst = !this.#hasLooked;
    this.#hasLooked = true;
    const inode = inodeOf(this.file);
    if (inode === undefined || inode === this.#parts.at(-1)?.inode) return;
    const descriptor = openSync(this.file, 'r');
    const { ino, size } = fstatSync(descriptor);
    const saved = isFirst ? readPosition(this.file) : undefined;
    const offset =
      saved?.inode === ino
        ? saved.offset
        : isFirst && saved === undefined && this.startsAtEnd
          ? size
          : 0;
    this.#parts.push({ descriptor, inode: ino, offset, rest: '', grewAtMs: nowMs });
  }

  /** @returns whether it came to the end */
  #readOn(part: Part, nowMs: number): boolean {
    // It was cut short: what there is now is new.
    if (fstatSync(part.descriptor).size < part.offset) part.offset = 0;
    for (let chunks = 0; chunks < mostChunks; chunks += 1) {
      const bytes = readSync(part.descriptor, this.#chunk, 0, chunkBytes, part.offset);
      if (bytes === 0) return true;
      part.offset += bytes;
      this.#bytesRead += bytes;
      part.grewAtMs = nowMs;
      const lines = (part.rest + this.#chunk.toString('latin1', 0, bytes)).split('\n');
      part.rest = lines.pop() ?? '';
      // Before they are told: what is told twice would count twice.
      const offset = part.offset - part.rest.length;
      if (part === this.#parts.at(-1)) this.#saved.save({ inode: part.inode, offset });
      for (const line of lines) this.tell(line);
    }
    return false;
  }

  #forget(part: Part): void {
    closeSync(part.descriptor);
    this.#parts.splice(this.#parts.indexOf(part), 1);
  }
}

/** Undefined where there is no file, and of a device, which could not be read from where it was. */
function inodeOf(file: string): number | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true ? found.ino : undefined;
}
