import type { Clock } from './ports.js';
import type { SteadyClock } from './steady-clock.js';

/** A longer timer is set again on the way: Node's own end after 24 days. */
const longestMs = 86_400_000;
/** The least wait before it rings again for the same time. */
const againMs = 1_000;

/** Rings once at a time of the rollout's own clock, and again while that time stays the same. */
export class Alarm {
  #cancel: (() => void) | undefined;

  /** @param ring must not throw */
  constructor(
    private readonly clock: Clock,
    private readonly steady: SteadyClock,
    private readonly ring: () => Promise<void>,
  ) {}

  /** @param atMs undefined: never */
  set(atMs: number | undefined, leastMs = 0): void {
    this.off();
    if (atMs === undefined) return;
    const ms = Math.min(longestMs, Math.max(leastMs, atMs - this.steady.nowMs()));
    const cancel = this.clock.after(ms, () => {
      void this.ring().then(() => {
        // Too early by the rollout's own time, or its store did not take it.
        if (this.#cancel === cancel) this.set(atMs, againMs);
      });
    });
    this.#cancel = cancel;
  }

  off(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
