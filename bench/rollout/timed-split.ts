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

  /**
   * Waits until it has.
   * @returns when, by `performance.now()`
   * @throws Error when it has not within 30 s
   */
  async loweredSince(sinceMs: number): Promise<number> {
    if (this.#loweredAt >= sinceMs) return this.#loweredAt;
    await new Promise<void>((resolve, reject) => {
      const patience = setTimeout(
        () => reject(new Error(`${this.salt} was not rolled back`)),
        30_000,
      );
      this.#waiting.push(() => {
        clearTimeout(patience);
        resolve();
      });
    });
    return this.#loweredAt;
  }
}
