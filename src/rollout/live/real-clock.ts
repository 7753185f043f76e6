import { performance } from 'node:perf_hooks';
import type { Clock } from '../ports.js';

/** `setTimeout` takes no more than this: some 24 days. */
const longestTimeoutMs = 2 ** 31 - 1;

/** The time since 1970 that goes on evenly, whatever is done to the machine's clock meanwhile. */
export function realClock(): Clock {
  const offsetMs = Date.now() - performance.now();
  return {
    nowMs: () => offsetMs + performance.now(),
    after: (ms, callback) => {
      let timer: NodeJS.Timeout;
      const wait = (leftMs: number): void => {
        const now = Math.min(leftMs, longestTimeoutMs);
        timer = setTimeout(
          () => (leftMs > now ? wait(leftMs - now) : callback()),
          Math.max(0, now),
        );
      };
      wait(ms);
      return () => clearTimeout(timer);
    },
  };
}
