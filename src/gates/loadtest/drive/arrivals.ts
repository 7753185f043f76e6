import type { OpenLoad } from '../plan.js';

/** A stretch of time in which the rate goes evenly from one value to another. */
export interface RateStretch {
  /** Requests a second at its beginning and at its end. */
  readonly from: number;
  readonly to: number;
  readonly durationMs: number;
}

/**
 * When each request of an open loop is due: request k when the integral of the rate reaches k. Rates
 * that are constant or change evenly have an integral that can be solved for the time.
 */
export class Arrivals {
  readonly count: number;
  readonly durationMs: number;
  readonly #stretches: readonly (RateStretch & { startMs: number; before: number; inIt: number })[];

  constructor(stretches: readonly RateStretch[]) {
    let startMs = 0;
    let before = 0;
    this.#stretches = stretches.map((stretch) => {
      const inIt = ((stretch.from + stretch.to) / 2) * (stretch.durationMs / 1000);
      const placed = { ...stretch, startMs, before, inIt };
      startMs += stretch.durationMs;
      before += inIt;
      return placed;
    });
    this.durationMs = startMs;
    // Sums of fractions: 0.1 s at 10 a second is one request, not 0.9999.
    this.count = Math.ceil(before - 1e-9);
  }

  /** @param k counted from 0 @returns milliseconds after the start */
  dueAtMs(k: number): number {
    const stretch =
      this.#stretches.find(({ before, inIt }) => k < before + inIt) ?? this.#stretches.at(-1);
    if (stretch === undefined) return 0;
    const { from, to, durationMs, startMs, before } = stretch;
    const perMs = from / 1000;
    const growth = (to - from) / 1000 / durationMs;
    // n = perMs·t + growth·t²/2, in the form that does not cancel digits when growth is near 0.
    const n = k - before;
    const root = Math.sqrt(Math.max(0, perMs * perMs + 2 * growth * n));
    return startMs + (n === 0 ? 0 : (2 * n) / (perMs + root));
  }

  /** How many are due in a time from the start on, and before its end. */
  countBetween(fromMs: number, untilMs: number): number {
    return this.#dueBefore(untilMs) - this.#dueBefore(fromMs);
  }

  #dueBefore(atMs: number): number {
    let due = 0;
    for (const { from, to, durationMs, startMs } of this.#stretches) {
      const t = Math.min(durationMs, Math.max(0, atMs - startMs));
      due += (from * t + ((to - from) * t * t) / (2 * durationMs)) / 1000;
    }
    return Math.min(this.count, Math.ceil(due - 1e-9));
  }
}

/** The arrivals of an open loop: its first rate while it warms up, then what was asked for. */
export function arrivalsOf(
  { fromPerSecond: from, toPerSecond: to }: OpenLoad,
  warmUpMs: number,
  durationMs: number,
): Arrivals {
  const warmUp = warmUpMs === 0 ? [] : [{ from, to: from, durationMs: warmUpMs }];
  return new Arrivals([...warmUp, { from, to, durationMs }]);
}
