import { performance } from 'node:perf_hooks';

/**
 * Starts to count time for a check whose number of questions is only an upper bound.
 * @returns whether the time is up
 */
export function timeBudget(ms: number): () => boolean {
  const endsAtMs = performance.now() + ms;
  return () => performance.now() > endsAtMs;
}
