import { arrivalsOf } from './drive/arrivals.js';
import type { LoadPlan } from './plan.js';
import type { Tally } from './results/tally.js';
import { hopelessness } from './thresholds/hopeless.js';

/** A closed loop may become faster in the course of a test, but hardly by more than this. */
const fasterAtMost = 2;
/** Before this share of the measurement nobody knows how fast a closed loop is. */
const closedLoopKnownAfter = 0.25;

/** Knows how many requests a test can still bring, and so what it can still become. */
export class LoadProspects {
  /** Requests that one target gets in the measurement, at most; undefined in a closed loop. */
  readonly #planned: number | undefined;

  /** @param targets that share the requests */
  constructor(
    private readonly plan: LoadPlan,
    targets: number,
  ) {
    const { load, warmUpMs, durationMs } = plan;
    if (load.kind === 'closed') return;
    const both = arrivalsOf(load, warmUpMs, durationMs).countBetween(
      warmUpMs,
      warmUpMs + durationMs,
    );
    // Half of them, and three standard deviations of what a coin may give beyond.
    this.#planned = targets === 1 ? both : Math.ceil(both / 2 + 1.5 * Math.sqrt(both));
  }

  /**
   * Why the test cannot pass any more; undefined while it can.
   * @param elapsedMs of the measurement
   * @param waitingLongerThan requests of the target that are under way for longer than this
   */
  hopelessness(
    tally: Tally,
    elapsedMs: number,
    waitingLongerThan: (ms: number) => number,
  ): string | undefined {
    const requestsAtMost = this.#requestsAtMost(tally, elapsedMs, () => waitingLongerThan(0));
    for (const threshold of this.plan.thresholds) {
      const reason = hopelessness(threshold, {
        tally,
        requestsAtMost,
        seconds: this.plan.durationMs / 1000,
        goodStillPossible: Math.max(0, requestsAtMost - tally.requests),
        waitingLongerThan,
      });
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  #requestsAtMost({ requests }: Tally, elapsedMs: number, underWay: () => number): number {
    if (this.#planned !== undefined) return this.#planned;
    const { durationMs } = this.plan;
    if (elapsedMs < closedLoopKnownAfter * durationMs) return Infinity;
    const remainingMs = Math.max(0, durationMs - elapsedMs);
    return requests + underWay() + fasterAtMost * (requests / elapsedMs) * remainingMs;
  }
}
