import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { readPosition, SavedPosition } from './position.js';

/** One file of the log that is being read, from where on, and the half line at its end. */
interface Part {
  readonly descriptor: number;
  readonly inode: number;
  offset: number;
  rest: Buffer;
  /** When it last had something new, in milliseconds. */
  grewAtMs: number;
}

/** Is told of the line from `start` to `end`, without its end of line; the bytes are the next one's then. */
export type LineListener = (bytes: Buffer, start: number, end: number) => void;

/** Workers write to a file that was renamed until they have opened the new one. */
const quietForMs = 3_000;
const chunkBytes = 256 * 1024;
/** 8 MiB at a time, which take about 0.2 s: others wait meanwhile. */
const mostChunks = 32;
/** While a file grows, whether there is another one of its name is looked at so often. */
const lookEveryMs = 250;
const newline = 10;
const nothing = Buffer.alloc(0);

/**
 * Reads a log that grows, and goes on where it stopped, also after a restart. A file that was
 * renamed (by Serin, or by whoever rotates logs) is read to its end beside the new one.
 */
export class LogReader {
  readonly #chunk = Buffer.allocUnsafe(chunkBytes);
  readonly #parts: Part[] = [];
  readonly #saved: SavedPosition;
  #lookedAtMs: number | undefined;
  #bytesRead = 0;

  /**
   * @param file need not exist yet
   * @param startsAtEnd skips what is there at the first look, where nothing is known of an earlier one
   */
  constructor(
    private readonly file: string,
    private readonly startsAtEnd: boolean,
    private readonly tell: LineListener,
  ) {
    this.#saved = new SavedPosition(file);
  }

  /** Of all files, since the start. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** Whether more was read of the file that has the log's name. */
  isLongerThan(bytes: number): boolean {
    const newest = this.#parts.at(-1);
    return newest !== undefined && newest.offset > bytes && newest.inode === inodeOf(this.file);
  }

  /**
   * Reads what is new.
   * @param nowMs from a clock that only goes forward
   * @returns whether that was everything: much of it is read in several goes
   * @throws what the file system throws where a file cannot be read, and there is no newer one
   */
  read(nowMs: number): boolean {
    const looksForAnother =
      this.#lookedAtMs === undefined || nowMs - this.#lookedAtMs >= lookEveryMs;
    if (looksForAnother) this.#openWhatIsNew(nowMs);
    const before = this.#bytesRead;
    const isEverything = this.#readAll(nowMs);
    if (looksForAnother || this.#bytesRead > before) return isEverything;
    // What is quiet may have been replaced.
    return this.#openWhatIsNew(nowMs) ? this.#readAll(nowMs) : isEverything;
  }

  close(): void {
    for (const part of [...this.#parts]) this.#forget(part);
    this.#saved.close();
  }

  #readAll(nowMs: number): boolean {
    let isEverything = true;
    for (const part of [...this.#parts]) {
      const isOld = part !== this.#parts.at(-1);
      try {
        if (!this.#readOn(part, nowMs)) isEverything = false;
      } catch (thrown) {
        if (!isOld || !isOfTheSystem(thrown)) throw thrown;
        // There is a newer one, which the old one must not keep from being read.
        part.grewAtMs = -Infinity;
      }
      if (isOld && nowMs - part.grewAtMs > quietForMs) this.#forget(part);
    }
    return isEverything;
  }

  /** @returns whether there is another file */
  #openWhatIsNew(nowMs: number): boolean {
    const inode = inodeOf(this.file);
    const isNew = inode !== undefined && inode !== this.#parts.at(-1)?.inode;
    if (isNew) this.#open(nowMs);
    // A look that failed was none: the next one begins where it would have.
    this.#lookedAtMs = nowMs;
    return isNew;
  }

  #open(nowMs: number): void {
    const isFirst = this.#lookedAtMs === undefined;
    const saved = isFirst ? readPosition(this.file) : undefined;
    const descriptor = openSync(this.file, 'r');
    const { ino, size } = fstatSync(descriptor);
    const offset =
      saved?.inode === ino
        ? saved.offset
        : isFirst && saved === undefined && this.startsAtEnd
          ? size
          : 0;
    this.#parts.push({ descriptor, inode: ino, offset, rest: nothing, grewAtMs: nowMs });
  }

  /** @returns whether it came to the end */
  #readOn(part: Part, nowMs: number): boolean {
    for (let chunks = 0; chunks < mostChunks; chunks += 1) {
      const room = chunkBytes - part.rest.length;
      const read = readSync(part.descriptor, this.#chunk, part.rest.length, room, part.offset);
      if (read === 0 && !isCutShort(part)) return true;
      if (read > 0) this.#tellOf(part, read, nowMs);
      // There is no more where less came than there was room for.
      if (read > 0 && read < room) return true;
    }
    return false;
  }

  /** Tells of the lines in the chunk, whose first bytes are for what the part had before. */
  #tellOf(part: Part, read: number, nowMs: number): void {
    const chunk = this.#chunk;
    part.rest.copy(chunk);
    const length = part.rest.length + read;
    part.offset += read;
    this.#bytesRead += read;
    part.grewAtMs = nowMs;
    const lastEnd = chunk.lastIndexOf(newline, length - 1);
    // What fills a whole chunk without an end is no line of NGINX's; nobody waits for its end.
    const from = lastEnd < 0 && length === chunkBytes ? length : lastEnd + 1;
    part.rest = Buffer.from(chunk.subarray(from, length));
    // Before they are told: what is told twice would count twice.
    const offset = part.offset - part.rest.length;
    if (part === this.#parts.at(-1)) this.#saved.save({ inode: part.inode, offset });
    for (let start = 0; start < from;) {
      const end = chunk.indexOf(newline, start);
      if (end < 0 || end >= from) {
        this.tell(chunk, start, from);
        return;
      }
      this.tell(chunk, start, end);
      start = end + 1;
    }
  }

  #forget(part: Part): void {
    closeSync(part.descriptor);
    this.#parts.splice(this.#parts.indexOf(part), 1);
  }
}

/** What whoever is told of lines throws is a fault of ours, and no disk's. */
export function isOfTheSystem(thrown: unknown): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && 'syscall' in thrown;
}

/** Where a file is shorter than what was read of it, what there is now is new. */
function isCutShort(part: Part): boolean {
  if (fstatSync(part.descriptor).size >= part.offset) return false;
  part.offset = 0;
  part.rest = nothing;
  return true;
}

/** Undefined where there is no file, and of a device, which could not be read from where it was. */
function inodeOf(file: string): number | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true ? found.ino : undefined;
}
