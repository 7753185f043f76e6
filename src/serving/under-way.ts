/**
 * The requests that an arm has taken and not answered, wherever they are: delayed by a fault,
 * queued, or with the model. An arm that is replaced ends when they are answered.
 */
export class UnderWay {
  #requests = 0;
  #onNone: () => void = () => undefined;

  /** A request was taken. Not a promise around its answer: that cost every request a turn. */
  begin(): void {
    this.#requests++;
  }

  /** It is settled. */
  end(): void {
    this.#requests--;
    if (this.#requests === 0) this.#onNone();
  }

  /** Settles when none is under way, at the latest after `deadlineMs`. */
  async drained(deadlineMs: number): Promise<void> {
    if (this.#requests === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, deadlineMs);
      this.#onNone = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
