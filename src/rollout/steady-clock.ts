import type { Clock } from './ports.js';

/**
 * A rollout's own time: that of the clock, but it never goes back, and goes on at once when the
 * clock was set back. A server that starts with a clock of an hour ago would otherwise hold its
 * rollouts for an hour.
 */
export class SteadyClock {
  #aheadMs = 0;
  #newestMs: number;

  /** @param atLeastMs what the log says: the time of the newest event */
  constructor(
    private readonly clock: Clock,
    atLeastMs: number,
  ) {
    this.#newestMs = atLeastMs;
  }

  nowMs(): number {
    const wallMs = this.clock.nowMs();
    if (wallMs + this.#aheadMs < this.#newestMs) this.#aheadMs = this.#newestMs - wallMs;
    this.#newestMs = wallMs + this.#aheadMs;
    return this.#newestMs;
  }
}
