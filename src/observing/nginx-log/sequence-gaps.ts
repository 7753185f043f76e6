import type { LineNumber } from './line-number.js';

/** Numbers that are waited for at most; a longer gap is lost at once. */
const mostMissing = 50_000;

/**
 * Which lines of a numbered log are missing. Workers write their lines in bundles, so that numbers
 * come out of order; one that is missing for longer than `patienceMs` is lost.
 */
export class SequenceGaps {
  readonly #missing = new Map<number, number>();
  #epoch: number | undefined;
  #next = 0;
  #lost = 0;

  constructor(private readonly patienceMs: number) {}

  /** Lines that were lost since they were last taken. */
  takeLost(nowMs: number): number {
    for (const [number, sinceMs] of this.#missing) {
      if (nowMs - sinceMs < this.patienceMs && this.#missing.size <= mostMissing) break;
      this.#missing.delete(number);
      this.#lost += 1;
    }
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  /** A line has come. */
  saw({ epoch, number }: LineNumber, nowMs: number): void {
    if (epoch !== this.#epoch && !this.#beginsAnew(epoch, number)) return;
    // Nearly every line is the next one: it was never missing.
    if (number === this.#next) this.#next += 1;
    else if (!this.#missing.delete(number)) this.#advancePast(number, nowMs);
  }

  /** A line of this number was written, or will be at once. */
  expect({ epoch, number }: LineNumber, nowMs: number): void {
    if (epoch !== this.#epoch && !this.#beginsAnew(epoch, number)) return;
    if (number >= this.#next) {
      this.#advancePast(number, nowMs);
      this.#missing.set(number, nowMs);
    }
  }

  /** All before it that have not come are missing. */
  #advancePast(number: number, nowMs: number): void {
    for (; this.#next < number; this.#next += 1) this.#missing.set(this.#next, nowMs);
    if (this.#next === number) this.#next += 1;
  }

  /** @returns whether this is a newer epoch, which is counted from now on; an older one is over */
  #beginsAnew(epoch: number, number: number): boolean {
    if (this.#epoch !== undefined && this.#epoch >= epoch) return false;
    // NGINX was started anew and counts from 1: what the one before owes will not come any more.
    // What it wrote before the first look is not waited for.
    this.#lost += this.#missing.size;
    this.#missing.clear();
    this.#next = this.#epoch === undefined ? number + 1 : 1;
    this.#epoch = epoch;
    return true;
  }
}
