import { MalformedAnswer } from './answer-head.js';

/** Longer lines of sizes, or trailers, are no HTTP that anybody means. */
const longestLine = 16 * 1024;

/** Undoes the chunked transfer coding (RFC 9112, section 7.1), in whatever pieces it comes. */
export class ChunkedBody {
  /** Whether the last chunk and its trailers have come. */
  isWhole = false;
  #line = '';
  #expects: 'size' | 'content' | 'end of content' | 'trailer' = 'size';
  #missing = 0;

  /**
   * @param bytes what has come
   * @returns views of the content in it
   * @throws MalformedAnswer
   */
  read(bytes: Buffer): Buffer[] {
    const content: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (this.isWhole) throw new MalformedAnswer('more came after its last chunk');
      if (this.#expects === 'content') {
        const taken = Math.min(this.#missing, bytes.length - at);
        content.push(bytes.subarray(at, at + taken));
        at += taken;
        this.#missing -= taken;
        if (this.#missing === 0) this.#expects = 'end of content';
        continue;
      }
      const lineEnd = bytes.indexOf(10, at);
      const until = lineEnd === -1 ? bytes.length : lineEnd;
      this.#line += bytes.toString('latin1', at, until);
      if (this.#line.length > longestLine) throw new MalformedAnswer('a chunk without a size');
      at = until + 1;
      if (lineEnd !== -1) this.#take(this.#line.replace(/\r$/, ''));
    }
    return content;
  }

  #take(line: string): void {
    this.#line = '';
    if (this.#expects === 'size') {
      const [, digits] = /^([0-9a-f]{1,8})[ \t]*(?:;|$)/i.exec(line) ?? [];
      if (digits === undefined) {
        throw new MalformedAnswer(`a chunk's size is ${JSON.stringify(line.slice(0, 40))}`);
      }
      this.#missing = Number.parseInt(digits, 16);
      this.#expects = this.#missing === 0 ? 'trailer' : 'content';
    } else if (this.#expects === 'end of content') {
      if (line !== '') throw new MalformedAnswer('a chunk is longer than its size');
      this.#expects = 'size';
    } else if (line === '') {
      this.isWhole = true;
    }
  }
}
