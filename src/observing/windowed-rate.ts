const cells = 60;

/** The share of bad events in about the last minute, in 60 cells of one second. */
export class WindowedRate {
  readonly #good = new Float64Array(cells);
  readonly #bad = new Float64Array(cells);
  readonly #second = new Float64Array(cells).fill(-1);

  /** @param nowMs milliseconds, monotone */
  count(isBad: boolean, nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    const cell = second % cells;
    if (this.#second[cell] !== second) {
      this.#second[cell] = second;
      this.#good[cell] = 0;
      this.#bad[cell] = 0;
    }
    const counted = isBad ? this.#bad : this.#good;
    counted[cell] = (counted[cell] ?? 0) + 1;
  }

  /** Events in the window, and those of them that were bad. */
  read(nowMs: number): { readonly events: number; readonly bad: number } {
    const oldest = Math.floor(nowMs / 1000) - cells;
    let events = 0;
    let bad = 0;
    for (let cell = 0; cell < cells; cell += 1) {
      if ((this.#second[cell] ?? -1) <= oldest) continue;
      bad += this.#bad[cell] ?? 0;
      events += (this.#good[cell] ?? 0) + (this.#bad[cell] ?? 0);
    }
    return { events, bad };
  }
}
