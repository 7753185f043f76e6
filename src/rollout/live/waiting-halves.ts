import type { RequestId } from '../../domain/ids.js';
import type { Observation } from '../../domain/observation.js';

/**
 * Stable's requests that may have a copy under way: a log tells of both by themselves. Bounded by
 * number: at 1,000 requests a second a copy may take 50 s until nobody knows what to compare it with.
 */
export class WaitingHalves {
  readonly #halves = new Map<RequestId, Observation>();

  constructor(private readonly capacity = 50_000) {}

  /** Stable is done with it; of two requests by one id it is the newer that a copy belongs to. */
  wait(stable: Observation): void {
    // Taken out first, so that it is the newest: a map keeps the order of first insertion.
    this.#halves.delete(stable.requestId);
    this.#halves.set(stable.requestId, stable);
    if (this.#halves.size <= this.capacity) return;
    for (const oldest of this.#halves.keys()) {
      this.#halves.delete(oldest);
      return;
    }
  }

  /** What stable did with the request of this copy; undefined where that is not known. */
  take(copy: Observation): Observation | undefined {
    const stable = this.#halves.get(copy.requestId);
    this.#halves.delete(copy.requestId);
    return stable;
  }
}
