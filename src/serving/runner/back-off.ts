const firstMs = 100;
const longestMs = 30_000;

/**
 * How long to wait before the next start: twice as long after every failure, up to 30 s, of which
 * half is drawn by lot, so that runners that died together do not load together.
 * Source: "equal jitter" in M. Brooker, "Exponential Backoff And Jitter" (AWS, 2015).
 * @param failures without a time of health between them: 1 or more
 * @param random from 0 to 1
 */
export function backOffMs(failures: number, random: number): number {
  const wholeMs = Math.min(firstMs * 2 ** (failures - 1), longestMs);
  return wholeMs / 2 + (wholeMs / 2) * random;
}
