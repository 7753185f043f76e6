interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/**
 * Time that goes by only when it is told to. Timers run by true time, as Node's do; the wall clock
 * that people and logs see can be set back and forth beside it.
 */
export class VirtualClock {
  /** Milliseconds since the simulation began. */
  trueMs = 0;
  #wallAheadMs = 1_700_000_000_000;
  readonly #timers: Timer[] = [];

  nowMs(): number {
    return this.trueMs + this.#wallAheadMs;
  }

  /** Sets the wall clock. */
  jump(ms: number): void {
    this.#wallAheadMs += ms;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { atMs: this.trueMs + Math.max(0, ms), callback };
    // Few at a time, and mostly later than those that are there: an array in order is fastest.
    let at = this.#timers.length;
    while (at > 0 && (this.#timers[at - 1]?.atMs ?? 0) > timer.atMs) at--;
    this.#timers.splice(at, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** Goes to the next timer and runs it. @returns false when there is none until then */
  advance(untilMs: number): boolean {
    const timer = this.#timers[0];
    if (timer === undefined || timer.atMs > untilMs) return false;
    this.#timers.shift();
    this.trueMs = timer.atMs;
    timer.callback();
    return true;
  }
}
