import type { PointBody } from '../../src/api/contract/rollouts.js';

/** One line of a chart: a value of each point; null where it has none. */
export type Reading = (point: PointBody) => number | null;

/** Times in seconds, and a column for each line. */
export type Columns = [number[], ...(number | null)[][]];

/** Points farther apart than this many stretches have a gap between them: nothing was measured. */
const gapStretches = 3;

/** What a chart draws. Where nothing was measured for a while, the lines are broken. */
export function columnsOf(points: readonly PointBody[], readings: readonly Reading[]): Columns {
  const times: number[] = [];
  const columns = readings.map((): (number | null)[] => []);
  let before: PointBody | undefined;
  for (const point of points) {
    if (before !== undefined && isGap(before, point)) {
      times.push((before.at + 1) / 1000);
      for (const column of columns) column.push(null);
    }
    times.push(point.at / 1000);
    readings.forEach((read, i) => columns[i]?.push(read(point)));
    before = point;
  }
  return [times, ...columns];
}

function isGap(before: PointBody, point: PointBody): boolean {
  const apart = point.at - before.at;
  return apart > gapStretches * Math.max(before.for_ms, point.for_ms, 1000);
}
