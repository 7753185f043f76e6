import { hashOfText } from '../domain/hash-of-text.js';
import { longestRequestId, type RequestId } from '../domain/ids.js';

const none = -1;

/**
 * The ids of what is kept in numbered places, found by their text. An id is kept as bytes: as a
 * string of its own, every collection would have to copy those that came since the last one, at
 * tens of thousands of requests a second.
 */
export class RequestIdTable {
  readonly #bytes: Buffer;
  readonly #lengths: Uint8Array;
  readonly #hashes: Uint32Array;
  /** By the last bits of the hash: the place put in last, from which `#next` leads to the others. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  readonly #mask: number;

  /** @param places how many; about 140 bytes each */
  constructor(places: number) {
    const chains = 2 ** Math.ceil(Math.log2(Math.max(2, places)));
    this.#bytes = Buffer.alloc(places * longestRequestId);
    this.#lengths = new Uint8Array(places);
    this.#hashes = new Uint32Array(places);
    this.#first = new Int32Array(chains).fill(none);
    this.#next = new Int32Array(places).fill(none);
    this.#mask = chains - 1;
  }

  /** Puts an id in a place, instead of the one that was there. */
  put(place: number, id: RequestId): void {
    if (this.#lengths[place] !== 0) this.#unlink(place);
    const hash = hashOfText(id);
    const chain = hash & this.#mask;
    this.#bytes.write(id, place * longestRequestId, longestRequestId, 'latin1');
    this.#lengths[place] = id.length;
    this.#hashes[place] = hash;
    this.#next[place] = this.#first[chain] ?? none;
    this.#first[chain] = place;
  }

  /** The place in which an id was put last. */
  find(id: RequestId): number | undefined {
    const hash = hashOfText(id);
    let place = this.#first[hash & this.#mask] ?? none;
    while (place !== none) {
      if (this.#hashes[place] === hash && this.at(place) === id) return place;
      place = this.#next[place] ?? none;
    }
    return undefined;
  }

  /** Whether the id in a place was put nowhere else since. */
  isNewest(place: number): boolean {
    const hash = this.#hashes[place];
    let other = this.#first[(hash ?? 0) & this.#mask] ?? none;
    while (other !== place) {
      if (this.#hashes[other] === hash && this.at(other) === this.at(place)) return false;
      other = this.#next[other] ?? none;
    }
    return true;
  }

  /** The id in a place in which there is one. */
  at(place: number): RequestId {
    const start = place * longestRequestId;
    return this.#bytes.toString('latin1', start, start + (this.#lengths[place] ?? 0)) as RequestId;
  }

  /** Writes the id in a place as bytes, one a character. @returns how many they are */
  write(place: number, into: Buffer, at: number): number {
    const start = place * longestRequestId;
    return this.#bytes.copy(into, at, start, start + (this.#lengths[place] ?? 0));
  }

  #unlink(place: number): void {
    const after = this.#next[place] ?? none;
    const chain = (this.#hashes[place] ?? 0) & this.#mask;
    let before = this.#first[chain] ?? none;
    if (before === place) {
      this.#first[chain] = after;
      return;
    }
    while (this.#next[before] !== place) before = this.#next[before] ?? none;
    this.#next[before] = after;
  }
}
