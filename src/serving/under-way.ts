/**
 * The requests that an arm has taken and not answered, wherever they are: delayed by a fault,
 * queued, or with the model. An arm that is replaced ends when they are answered.
 */
export class UnderWay {
  #requests = 0;
  #onNone: () => void = () => undefined;

  /** Counts a request from this call on until it is settled. */
  async during<T>(answering: Promise<T>): Promise<T> {
    this.#requests++;
    try {
      return await answering;
    } finally {
      this.#requests--;
      if (this.#requests === 0) this.#onNone();
    }
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
