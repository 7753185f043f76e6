import type { Arrivals } from './arrivals.js';
import type { LoadClock } from './load-clock.js';

/**
 * Hands out every request at the time at which it is due, whatever became of the earlier ones. What
 * is late goes out at once, and keeps the time at which it should have started.
 * @param startMs on the clock, of the schedule's 0
 * @param launch is given the time at which the request is due
 * @returns resolves after the last one, or once it is stopped; and what stops it
 */
export function runOpenLoop(
  arrivals: Arrivals,
  startMs: number,
  clock: LoadClock,
  launch: (intendedAtMs: number) => void,
): { readonly done: Promise<void>; readonly stop: () => void } {
  let next = 0;
  let cancel = (): void => undefined;
  let finish = (): void => undefined;
  const done = new Promise<void>((resolve) => (finish = resolve));
  const step = (): void => {
    const untilMs = clock.nowMs() - startMs;
    let dueMs = arrivals.dueAtMs(next);
    while (next < arrivals.count && dueMs <= untilMs) {
      launch(startMs + dueMs);
      next += 1;
      dueMs = arrivals.dueAtMs(next);
    }
    if (next < arrivals.count) cancel = clock.preciselyAt(startMs + dueMs, step);
    else finish();
  };
  const stop = (): void => {
    cancel();
    finish();
  };
  step();
  return { done, stop };
}
