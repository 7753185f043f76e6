import {
  MalformedAnswer,
  readAnswerHead,
  requireBeginning,
  type AnswerHead,
} from './answer-head.js';
import { ChunkedBody } from './chunked-body.js';

/** A whole HTTP/1.1 answer. */
export interface RawAnswer {
  readonly status: number;
  readonly body: string;
  /** Whether the connection can carry another request. */
  readonly keepAlive: boolean;
}

const largestBodyBytes = 64 * 1024 * 1024;
const endOfHead = Buffer.from('\r\n\r\n');

/**
 * Reads the answers of one connection, one request at a time (RFC 9112). Nearly every answer comes in
 * one piece and with a content-length: on that path nothing is copied.
 */
export class AnswerReader {
  /** The beginning of a head that has not all come. */
  #partOfHead: Buffer | undefined;
  /** The head of the answer whose body is being read. */
  #head: AnswerHead | undefined;
  #chunks = new ChunkedBody();
  #pieces: Buffer[] = [];
  #bytes = 0;

  /**
   * Takes what has come.
   * @param bytes valid during this call only
   * @returns the answer, once it is whole
   * @throws MalformedAnswer
   */
  read(bytes: Buffer): RawAnswer | undefined {
    if (this.#head !== undefined) return this.#readBody(this.#head, bytes);
    const all = this.#partOfHead === undefined ? bytes : Buffer.concat([this.#partOfHead, bytes]);
    const end = all.indexOf(endOfHead);
    if (end === -1) {
      requireBeginning(all);
      this.#partOfHead = Buffer.from(all);
      return undefined;
    }
    this.#partOfHead = undefined;
    this.#head = readAnswerHead(all.toString('latin1', 0, end));
    const rest = all.subarray(end + endOfHead.length);
    if (this.#head !== undefined) return this.#readBody(this.#head, rest);
    return rest.length === 0 ? undefined : this.read(rest);
  }

  /**
   * The server has closed the connection.
   * @returns the answer whose end that is, where it has no other
   */
  end(): RawAnswer | undefined {
    const head = this.#head;
    return head?.framing.kind === 'until-close' ? this.#finish(head, this.#kept()) : undefined;
  }

  #readBody(head: AnswerHead, bytes: Buffer): RawAnswer | undefined {
    switch (head.framing.kind) {
      case 'sized':
        return this.#readSized(head, head.framing.bytes, bytes);
      case 'chunked':
        for (const piece of this.#chunks.read(bytes)) this.#keep(piece);
        return this.#chunks.isWhole ? this.#finish(head, this.#kept()) : undefined;
      case 'until-close':
        this.#keep(bytes);
        return undefined;
    }
  }

  #readSized(head: AnswerHead, size: number, bytes: Buffer): RawAnswer | undefined {
    const come = this.#bytes + bytes.length;
    if (come > size)
      throw new MalformedAnswer(`${come} bytes came where its content-length is ${size}`);
    if (bytes.length === size) return this.#finish(head, bytes);
    this.#keep(bytes);
    return come === size ? this.#finish(head, this.#kept()) : undefined;
  }

  #keep(bytes: Buffer): void {
    this.#bytes += bytes.length;
    if (this.#bytes > largestBodyBytes) {
      throw new MalformedAnswer(`its body is larger than ${largestBodyBytes / 2 ** 20} MiB`);
    }
    this.#pieces.push(Buffer.from(bytes));
  }

  #kept(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  #finish({ status, keepAlive }: AnswerHead, body: Buffer): RawAnswer {
    this.#head = undefined;
    if (this.#bytes > 0) {
      this.#pieces = [];
      this.#bytes = 0;
      this.#chunks = new ChunkedBody();
    }
    return { status, body: body.toString('utf8'), keepAlive };
  }
}
