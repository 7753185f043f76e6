/**
 * How many lines of a log without numbers are missing: fewer have come than requests had ended some
 * time before. A restart of NGINX counts from 0 again.
 */
export class CountedLines {
  #seen = 0;
  /** Lines, seen or lost, from before what NGINX counts. */
  #base: number | undefined;
  #newest = 0;
  #lost = 0;
  #waiting: { readonly ended: number; readonly atMs: number } | undefined;

  constructor(private readonly patienceMs: number) {}

  saw(): void {
    this.#seen += 1;
  }

  /** So many requests have ended since NGINX was started. */
  expect(ended: number, nowMs: number): void {
    if (this.#base === undefined || ended < this.#newest) {
      this.#base = this.#seen + this.#lost - ended;
      this.#waiting = undefined;
    }
    this.#newest = ended;
    this.#waiting ??= { ended, atMs: nowMs };
  }

  /** Lines that were lost since they were last taken. */
  takeLost(nowMs: number): number {
    if (this.#waiting === undefined || this.#base === undefined) return 0;
    if (nowMs - this.#waiting.atMs < this.patienceMs) return 0;
    const expected = this.#waiting.ended + this.#base;
    this.#waiting = undefined;
    const lost = Math.max(0, expected - this.#seen - this.#lost);
    this.#lost += lost;
    return lost;
  }
}
