import type { Percent } from '../../src/domain/share.js';
import { Split } from '../../src/traffic/in-process/split.js';

/** The split of production, which also knows when the canary last lost all traffic. */
export class TimedSplit extends Split {
  #loweredAt = -Infinity;
  #waiting: (() => void)[] = [];

  override setWeight(weight: Percent): void {
    super.setWeight(weight);
    if (weight !== 0) return;
    this.#loweredAt = performance.now();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** @returns when, by `performance.now()`; waits for it */
  async loweredSince(sinceMs: number): Promise<number> {
    while (this.#loweredAt < sinceMs) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.#loweredAt;
  }
}
