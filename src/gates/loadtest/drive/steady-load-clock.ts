import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { LoadClock } from './load-clock.js';

/** Node's timers fire up to a millisecond late, and a request must not wait for that. */
const timersAreLateByMs = 1.5;

/**
 * The real clock. What a timer cannot do precisely is waited for by asking again after every look at
 * the sockets, which keeps one core busy; on a machine with one core the server needs it more, so
 * that requests leave in bursts of a millisecond there.
 */
export function steadyLoadClock(cores = availableParallelism()): LoadClock {
  const nowMs = (): number => performance.now();
  return {
    nowMs,
    after: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    preciselyAt: (atMs, callback) => {
      let cancelled = false;
      const look = (): void => {
        if (cancelled) return;
        const missing = atMs - nowMs();
        if (missing <= 0) callback();
        else if (missing >= timersAreLateByMs) setTimeout(look, missing - earlier);
        else if (cores > 1) setImmediate(look);
        else setTimeout(look, missing);
      };
      const earlier = cores > 1 ? timersAreLateByMs : 0;
      // Never at once: sockets are to be looked at between two requests, however late they are.
      setImmediate(look);
      return () => (cancelled = true);
    },
  };
}
