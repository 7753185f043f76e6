/** Numbers that are waited for at most; a longer gap is lost at once. */
const mostMissing = 50_000;

/**
 * Which lines of a numbered log are missing. Workers write their lines in bundles, so that numbers
 * come out of order; one that is missing for longer than `patienceMs` is lost.
 */
export class SequenceGaps {
  readonly #missing = new Map<number, number>();
  #epoch: string | undefined;
  /** `epoch.`, as nearly every number begins. */
  #prefix = '';
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

  /** A line has come. @param sequence `epoch.number` */
  saw(sequence: string, nowMs: number): void {
    const number = this.#numberOf(sequence);
    if (number === undefined) return;
    // Nearly every line is the next one: it was never missing.
    if (number === this.#next) this.#next += 1;
    else if (!this.#missing.delete(number)) this.#advancePast(number, nowMs);
  }

  /** A line of this number was written, or will be at once. */
  expect(sequence: string, nowMs: number): void {
    const number = this.#numberOf(sequence);
    if (number !== undefined && number >= this.#next) {
      this.#advancePast(number, nowMs);
      this.#missing.set(number, nowMs);
    }
  }

  /** All before it that have not come are missing. */
  #advancePast(number: number, nowMs: number): void {
    for (; this.#next < number; this.#next += 1) this.#missing.set(this.#next, nowMs);
    if (this.#next === number) this.#next += 1;
  }

  /** The number, where it is of the epoch that is counted, or of a newer one, which is counted then. */
  #numberOf(sequence: string): number | undefined {
    if (this.#prefix !== '' && sequence.startsWith(this.#prefix)) {
      return Number(sequence.slice(this.#prefix.length));
    }
    const dot = sequence.indexOf('.');
    const [epoch, number] = [sequence.slice(0, dot), Number(sequence.slice(dot + 1))];
    // An epoch is when it began, in milliseconds.
    if (this.#epoch !== undefined && Number(this.#epoch) >= Number(epoch)) return undefined;
    // NGINX was started anew and counts from 1: what the one before owes will not come any more.
    // What it wrote before the first look is not waited for.
    this.#lost += this.#missing.size;
    this.#missing.clear();
    this.#next = this.#epoch === undefined ? number + 1 : 1;
    this.#epoch = epoch;
    this.#prefix = `${epoch}.`;
    return number;
  }
}
