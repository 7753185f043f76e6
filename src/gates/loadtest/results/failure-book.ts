import type { Fault, FaultKind } from './fault.js';

/** Failures of one kind and with the same words. */
export interface FailureCount {
  readonly kind: FaultKind;
  readonly words: string;
  readonly count: number;
  /** Milliseconds after the measurement began, of the first and the last. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** More than these are counted under their kind alone: words of a server may never repeat. */
const mostWords = 30;

/** Counts failures by what is said of them. */
export class FailureBook {
  readonly #counts = new Map<string, { -readonly [K in keyof FailureCount]: FailureCount[K] }>();

  /** @param atMs milliseconds after the measurement began */
  add({ kind, words }: Fault, atMs: number): void {
    const known = this.#counts.get(`${kind} ${words}`);
    if (known === undefined && this.#counts.size >= mostWords) {
      const others = 'other words';
      if (words !== others) this.add({ kind, words: others }, atMs);
      else
        this.#counts.set(`${kind} ${words}`, {
          kind,
          words,
          count: 1,
          firstMs: atMs,
          lastMs: atMs,
        });
      return;
    }
    if (known === undefined) {
      this.#counts.set(`${kind} ${words}`, { kind, words, count: 1, firstMs: atMs, lastMs: atMs });
      return;
    }
    known.count += 1;
    known.firstMs = Math.min(known.firstMs, atMs);
    known.lastMs = Math.max(known.lastMs, atMs);
  }

  /** The most frequent first. */
  counts(): FailureCount[] {
    return [...this.#counts.values()].map((one) => ({ ...one })).sort((a, b) => b.count - a.count);
  }
}
