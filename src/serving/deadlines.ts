import { SerinError } from '../domain/errors.js';
import type { Waiting } from './batch-queue.js';

/**
 * Gives up requests that were not answered in time, counted from their arrival: a queue must not
 * add its wait to the model's.
 */
export class Deadlines {
  /** In the order of their arrival, which is that of their deadlines. */
  readonly #unanswered = new Set<Waiting>();
  #timer: NodeJS.Timeout | undefined;

  /** @param onGivenUp is called after some requests were given up */
  constructor(
    private readonly timeoutMs: number,
    private readonly onGivenUp: () => void,
  ) {}

  watch(waiting: Waiting): void {
    this.#unanswered.add(waiting);
    // One timer for all: it is set for the oldest, and set anew when it fires.
    if (this.#timer === undefined) this.#lookAgainIn(this.timeoutMs);
  }

  forget(waiting: Waiting): void {
    this.#unanswered.delete(waiting);
  }

  readonly #giveUpWhatTookTooLong = (): void => {
    this.#timer = undefined;
    const nowMs = performance.now();
    const before = this.#unanswered.size;
    for (const waiting of this.#unanswered) {
      const leftMs = waiting.arrivedAtMs + this.timeoutMs - nowMs;
      if (leftMs > 0) {
        this.#lookAgainIn(leftMs);
        break;
      }
      this.#unanswered.delete(waiting);
      waiting.isGivenUp = true;
      waiting.reject(
        new SerinError('upstream-timeout', { expected: `an answer within ${this.timeoutMs} ms` }),
      );
    }
    if (this.#unanswered.size < before) this.onGivenUp();
  };

  #lookAgainIn(delayMs: number): void {
    this.#timer = setTimeout(this.#giveUpWhatTookTooLong, Math.ceil(delayMs)).unref();
  }
}
