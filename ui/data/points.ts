import type { PointBody } from '../../src/api/contract/rollouts.js';

/** With one point a second, some three hours; then the server is asked for its thinned-out ones. */
export const mostPoints = 10_000;

/**
 * The server's points, and of the page's own those that the server has not: newer ones that the
 * stream told meanwhile, and those that were not stored when it was killed. Where the server has
 * thinned out, its points stand for those that they were made of.
 */
export function mergedPoints(
  read: readonly PointBody[],
  own: readonly PointBody[],
): readonly PointBody[] {
  const merged: PointBody[] = [];
  let next = 0;
  for (const point of read) {
    const from = point.at - point.for_ms;
    for (; next < own.length; next += 1) {
      const mine = own[next];
      if (mine === undefined || middleOf(mine) > point.at) break;
      if (middleOf(mine) <= from) merged.push(mine);
    }
    merged.push(point);
  }
  merged.push(...own.slice(next));
  return merged.slice(-mostPoints);
}

/** The moments of two clocks may differ by some milliseconds: what belongs to a stretch has its middle in it. */
function middleOf({ at, for_ms: forMs }: PointBody): number {
  return at - forMs / 2;
}
