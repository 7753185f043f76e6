/** So many failures of a connection in a row, and a server counts as gone. */
const failuresUntilGone = 3;

/** How often a server that is gone is looked for. */
const lookEveryMs = 2_000;

/**
 * Whether a server is there: gone after three failures in a row, there again at its first answer,
 * which is looked for as long as it is gone.
 */
export class Reachability {
  #failures = 0;
  #looking: NodeJS.Timeout | undefined;

  /** @param look asks the server for any answer; rejects where there is none */
  constructor(private readonly look: () => Promise<void>) {}

  get isThere(): boolean {
    return this.#failures < failuresUntilGone;
  }

  answered(): void {
    this.#failures = 0;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  failed(): void {
    this.#failures += 1;
    if (!this.isThere) this.#startLooking();
  }

  /** Asks once, and believes the answer. */
  async lookNow(): Promise<void> {
    try {
      await this.look();
      this.answered();
    } catch {
      // That there is no answer is what is asked for here; the next request tells its user why.
      this.#failures = failuresUntilGone;
      this.#startLooking();
    }
  }

  stop(): void {
    clearInterval(this.#looking);
  }

  #startLooking(): void {
    this.#looking ??= setInterval(() => void this.lookNow(), lookEveryMs).unref();
  }
}
