import { SerinError } from '../../domain/errors.js';
import type { Tensor } from '../../domain/tensor.js';

interface Waiting {
  readonly id: number;
  readonly resolve: (outputs: readonly Tensor[]) => void;
  readonly reject: (error: SerinError) => void;
  readonly sentAtMs: number;
  /** Its caller was told that it took too long; the process still works on it. */
  timedOut: boolean;
}

/**
 * The requests that a process was sent and has not answered. The process answers in the order in
 * which it was asked, so the first one here is the one that it works on. They are a few; a map of
 * them would keep what they hold alive for long (deadlines.ts says why).
 */
export class InFlight {
  readonly #waiting: Waiting[] = [];
  readonly #timeoutMs: number;
  readonly #stuckAfterMs: number;
  readonly #onStuck: () => void;
  readonly #onEmpty: () => void;
  #lastProgressAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param timeoutMs until a request is given up
   * @param stuckAfterMs without any answer until `onStuck` is called
   * @param onEmpty is called whenever nothing is in flight any more
   */
  constructor(timeoutMs: number, stuckAfterMs: number, onStuck: () => void, onEmpty: () => void) {
    this.#timeoutMs = timeoutMs;
    this.#stuckAfterMs = stuckAfterMs;
    this.#onStuck = onStuck;
    this.#onEmpty = onEmpty;
  }

  get size(): number {
    return this.#waiting.length;
  }

  add(id: number, resolve: Waiting['resolve'], reject: Waiting['reject']): void {
    const sentAtMs = performance.now();
    if (this.#waiting.length === 0) this.#lastProgressAtMs = sentAtMs;
    this.#waiting.push({ id, resolve, reject, sentAtMs, timedOut: false });
    // One timer for all: it is set for the oldest, and set anew when it fires.
    if (this.#timer === undefined) this.#lookAgainIn(this.#timeoutMs);
  }

  /** Whether `id` was waiting for an answer; a failure takes the place of outputs. */
  settle(id: number, outcome: readonly Tensor[] | SerinError): boolean {
    const index = this.#waiting.findIndex((waiting) => waiting.id === id);
    const [waiting] = index === -1 ? [] : this.#waiting.splice(index, 1);
    if (waiting === undefined) return false;
    this.#lastProgressAtMs = performance.now();
    if (outcome instanceof SerinError) waiting.reject(outcome);
    else waiting.resolve(outcome);
    if (this.#waiting.length === 0) this.#onEmpty();
    return true;
  }

  /** Fails everything that waits; nothing will be answered any more. */
  failAll(error: SerinError): void {
    clearTimeout(this.#timer);
    const all = this.#waiting.splice(0);
    for (const { reject } of all) reject(error);
    this.#onEmpty();
  }

  readonly #giveUpWhatTookTooLong = (): void => {
    this.#timer = undefined;
    const nowMs = performance.now();
    let nextMs = Infinity;
    for (const waiting of this.#waiting) {
      if (waiting.timedOut) continue;
      const leftMs = waiting.sentAtMs + this.#timeoutMs - nowMs;
      if (leftMs > 0) {
        nextMs = leftMs;
        break; // Whatever follows was sent later.
      }
      waiting.timedOut = true;
      waiting.reject(
        new SerinError('upstream-timeout', { expected: `an answer within ${this.#timeoutMs} ms` }),
      );
    }
    if (this.#waiting.length === 0) return;
    const untilStuckMs = this.#lastProgressAtMs + this.#stuckAfterMs - nowMs;
    if (untilStuckMs <= 0) {
      this.#onStuck();
      return;
    }
    this.#lookAgainIn(Math.min(nextMs, untilStuckMs));
  };

  #lookAgainIn(delayMs: number): void {
    this.#timer = setTimeout(this.#giveUpWhatTookTooLong, Math.ceil(delayMs)).unref();
  }
}
