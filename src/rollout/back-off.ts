/** Tries of an effect that may be given up: together they take about half a minute. */
export const mostTries = 10;

/**
 * How long to wait before the next try: 100 ms, doubling up to 10 s.
 * @param failures how many tries have failed, from 1
 * @returns milliseconds
 */
export function backOffMs(failures: number): number {
  return Math.min(10_000, 100 * 2 ** Math.min(failures - 1, 10));
}
