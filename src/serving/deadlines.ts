import { SerinError } from '../domain/errors.js';
import type { Waiting } from './batch-queue.js';

/**
 * Gives up requests that were not answered in time, counted from their arrival: a queue must not
 * add its wait to the model's.
 *
 * They are a list, in the order of their arrival, which is that of their deadlines. A set would be
 * shorter to write, but V8 links each table that a set has outgrown to the next one; once such a
 * table is old, all that ever was in those behind it is kept until the next full collection (a sixth
 * of all that requests allocated, measured).
 */
export class Deadlines {
  #oldest: Waiting | undefined;
  #newest: Waiting | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param onGivenUp is called after some requests were given up */
  constructor(
    private readonly timeoutMs: number,
    private readonly onGivenUp: () => void,
  ) {}

  watch(waiting: Waiting): void {
    const before = this.#newest;
    waiting.older = before;
    if (before === undefined) this.#oldest = waiting;
    else before.newer = waiting;
    this.#newest = waiting;
    // One timer for all: it is set for the oldest, and set anew when it fires.
    if (this.#timer === undefined) this.#lookAgainIn(this.timeoutMs);
  }

  /** Of one that is watched: it was answered, or has failed. */
  forget(waiting: Waiting): void {
    const { older, newer } = waiting;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    waiting.older = undefined;
    waiting.newer = undefined;
  }

  readonly #giveUpWhatTookTooLong = (): void => {
    this.#timer = undefined;
    const nowMs = performance.now();
    let isAny = false;
    for (let oldest = this.#oldest; oldest !== undefined; oldest = this.#oldest) {
      const leftMs = oldest.arrivedAtMs + this.timeoutMs - nowMs;
      if (leftMs > 0) {
        this.#lookAgainIn(leftMs);
        break;
      }
      isAny = true;
      this.forget(oldest);
      oldest.isGivenUp = true;
      oldest.reject(
        new SerinError('upstream-timeout', { expected: `an answer within ${this.timeoutMs} ms` }),
      );
    }
    if (isAny) this.onGivenUp();
  };

  #lookAgainIn(delayMs: number): void {
    this.#timer = setTimeout(this.#giveUpWhatTookTooLong, Math.ceil(delayMs)).unref();
  }
}
