/** What an axis has to show beside its lines; see ChartPlan. */
export interface AxisPlan {
  /** `free` and `log` show what is there, without rare outliers. */
  readonly axis: 'from-zero' | 'free' | 'log';
  readonly atLeastTo?: number;
  readonly levels?: readonly { readonly at: number }[];
}

/** The farthest values count only up to this share: the first intervals are as wide as the world. */
const keptShare = 0.85;

/** To know where most values are, so many of them, evenly chosen, tell as much as all. */
const mostLookedAt = 2_000;

type Column = ArrayLike<number | null | undefined>;

/** From where to where the vertical axis of a chart goes. @param data times first, then the lines */
export function rangeOf(
  { axis, atLeastTo = 0, levels = [] }: AxisPlan,
  [, ...columns]: readonly Column[],
): [number, number] {
  const compared = levels.map(({ at }) => at);
  if (axis === 'from-zero') {
    const most = columns.reduce(
      (max, column) => Math.max(max, largest(column)),
      Math.max(atLeastTo, ...compared),
    );
    return [0, most === 0 ? 1 : most * 1.1];
  }
  const values = evenlyChosen(columns);
  if (axis === 'log') return logRange(values, compared);
  const [low, high] = extremes([...nearest(values, Math.abs), ...compared, 0]);
  const air = (high - low || 1) * 0.1;
  return [low - air, high + air];
}

/** A rollout that has just begun is not drawn as one second across the whole page. */
const leastSeconds = 30;

/**
 * From when to when a chart goes, in seconds. Points stop at a decision, and what was decided a
 * moment later is in the chart, too.
 * @param now where there are no points yet
 */
export function timeRangeOf(
  times: ArrayLike<number>,
  marks: readonly { readonly at: number; readonly isDecision: boolean }[],
  now: number,
): [number, number] {
  const from = times[0] ?? now;
  const decided = marks.flatMap(({ at, isDecision }) => (isDecision ? [at] : []));
  return [from, Math.max(from + leastSeconds, times[times.length - 1] ?? from, ...decided)];
}

/** A thousand times as many is as bad as it gets: what lies beyond is beyond the axis, too. */
const [leastRatio, largestRatio] = [1e-3, 1e3];

/** A ratio of 1 is in the middle of the world, and none is 0. */
function logRange(values: readonly number[], compared: readonly number[]): [number, number] {
  const positive = values.filter((value) => value > 0);
  const kept = nearest(positive, (value) => Math.abs(Math.log(value)));
  const [low, high] = extremes([...kept, ...compared, 1]);
  return [Math.max(leastRatio, low / 1.5), Math.min(largestRatio, high * 1.5)];
}

/** Without the farthest values. */
function nearest(values: readonly number[], distance: (value: number) => number): number[] {
  return values
    .toSorted((a, b) => distance(a) - distance(b))
    .slice(0, Math.ceil(values.length * keptShare));
}

function evenlyChosen(columns: readonly Column[]): number[] {
  const total = columns.reduce((sum, { length }) => sum + length, 0);
  const every = Math.max(1, Math.ceil(total / mostLookedAt));
  const chosen: number[] = [];
  for (const column of columns) {
    // From the newest, which is what a person looks at.
    for (let i = column.length - 1; i >= 0; i -= every) {
      const value = column[i];
      if (typeof value === 'number' && Number.isFinite(value)) chosen.push(value);
    }
  }
  return chosen;
}

function largest(column: Column): number {
  let most = -Infinity;
  for (let i = 0; i < column.length; i += 1) {
    const value = column[i];
    if (typeof value === 'number' && Number.isFinite(value) && value > most) most = value;
  }
  return most;
}

function extremes(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
}
