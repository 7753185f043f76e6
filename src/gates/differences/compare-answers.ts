import type { AnsweredRow, ClassChange, Differences, RowAnswer } from './differences.js';
import { RowSource } from './differences.js';
import { distanceBins } from './distance-bins.js';

/** As many as a person looks through. */
const mostShown = 20;

/**
 * Says where two versions differ.
 * @param rows that both answered
 */
export function compareAnswers(
  rows: readonly AnsweredRow[],
  failed: Differences['failed'],
): Differences {
  const measured = rows.map((row) => ({ ...row, apart: apartOf(row.stable, row.canary) }));
  const classed = rows.filter(({ stable, canary }) => hasLabel(stable) && hasLabel(canary));
  const changed = classed.filter(isOtherClass);
  const distances = measured.flatMap(({ apart }) => apart ?? []);
  return {
    rows: countBySource(rows),
    compared: rows.length,
    failed,
    agreeing: classed.length === 0 ? undefined : classed.length - changed.length,
    changes: changesOf(changed),
    distance: distanceOf(distances),
    furthest: measured
      .filter((row) => isOtherClass(row) || (row.apart ?? 0) !== 0)
      .sort(
        (a, b) =>
          Number(isOtherClass(b)) - Number(isOtherClass(a)) ||
          Math.abs(b.apart ?? 0) - Math.abs(a.apart ?? 0),
      )
      .slice(0, mostShown),
  };
}

/** The largest difference of any two numbers, with its sign; undefined where they cannot be paired. */
function apartOf(stable: RowAnswer, canary: RowAnswer): number | undefined {
  if (stable.numbers.length === 0 || stable.numbers.length !== canary.numbers.length) {
    return undefined;
  }
  const apart = canary.numbers.map((value, i) => value - (stable.numbers[i] ?? NaN));
  const largest = apart.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0);
  return apart.every(Number.isFinite) ? largest : undefined;
}

function hasLabel({ label }: RowAnswer): boolean {
  return label !== undefined;
}

function isOtherClass({ stable, canary }: Pick<AnsweredRow, 'stable' | 'canary'>): boolean {
  return stable.label !== canary.label;
}

function countBySource(rows: readonly AnsweredRow[]): Differences['rows'] {
  const count = (wanted: RowSource) => rows.filter(({ source }) => source === wanted).length;
  return {
    golden: count(RowSource.Golden),
    recorded: count(RowSource.Recorded),
    'made-up': count(RowSource.MadeUp),
  };
}

function changesOf(changed: readonly AnsweredRow[]): ClassChange[] {
  const changes = new Map<string, ClassChange>();
  for (const { stable, canary } of changed) {
    const [from, to] = [stable.label ?? '', canary.label ?? ''];
    const key = JSON.stringify([from, to]);
    changes.set(key, { stable: from, canary: to, rows: (changes.get(key)?.rows ?? 0) + 1 });
  }
  return [...changes.values()].sort((a, b) => b.rows - a.rows).slice(0, mostShown);
}

function distanceOf(distances: readonly number[]): Differences['distance'] {
  if (distances.length === 0) return undefined;
  const sorted = [...distances].sort((a, b) => a - b);
  return {
    mean: distances.reduce((sum, value) => sum + value, 0) / distances.length,
    median: sorted[Math.floor(sorted.length / 2)] ?? 0,
    largest: distances.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    exactlyEqual: distances.filter((value) => value === 0).length,
    bins: distanceBins(distances),
  };
}
