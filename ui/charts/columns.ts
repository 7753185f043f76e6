import type { PointBody } from '../../src/api/contract/rollouts.js';

/** One line of a chart: a value of each point; null where it has none. */
export type Reading = (point: PointBody) => number | null;

/** Times in seconds, and a column for each line. */
export type Columns = [number[], ...(number | null)[][]];

/** Points farther apart than this many stretches have a gap between them: nothing was measured. */
const gapStretches = 3;

/**
 * What a chart draws. Points that only go on are appended, as reading ten thousand of them for
 * every new one costs more than drawing them.
 */
export class GrowingColumns {
  #read: readonly PointBody[] = [];
  #columns: Columns = [[]];

  constructor(private readonly readings: readonly Reading[]) {}

  /** Where nothing was measured for a while, the lines are broken. @returns the same arrays, longer, where `points` go on */
  of(points: readonly PointBody[]): Columns {
    if (!this.#goOn(points)) {
      this.#columns = [[], ...this.readings.map((): (number | null)[] => [])];
      this.#read = [];
    }
    const [times, ...columns] = this.#columns;
    for (let i = this.#read.length; i < points.length; i += 1) {
      const point = points[i];
      if (point === undefined) break;
      const before = points[i - 1];
      if (before !== undefined && isGap(before, point)) {
        times.push((before.at + 1) / 1000);
        for (const column of columns) column.push(null);
      }
      times.push(point.at / 1000);
      this.readings.forEach((read, line) => columns[line]?.push(read(point)));
    }
    this.#read = points;
    // Another array around them, so that whoever waits for a change sees one.
    return [times, ...columns];
  }

  #goOn(points: readonly PointBody[]): boolean {
    const { length } = this.#read;
    return (
      length > 0 &&
      length <= points.length &&
      points[0] === this.#read[0] &&
      points[length - 1] === this.#read[length - 1]
    );
  }
}

function isGap(before: PointBody, point: PointBody): boolean {
  const apart = point.at - before.at;
  return apart > gapStretches * Math.max(before.for_ms, point.for_ms, 1000);
}
