import type { OfBoth } from './both-answers.js';
import { correlationOf } from './correlation.js';

/** Another order of the classes under which their numbers rise and fall together. */
export interface ScoreOrder {
  /** Mean correlation of the classes that are moved: as they are, and in the other order. */
  readonly before: number;
  readonly after: number;
  /** The classes that are moved: from, to. */
  readonly moved: readonly (readonly [number, number])[];
}

/** Swapped classes go together well in the other order, and badly as they are. */
const wellTogether = 0.9;
const leastGain = 0.6;

/**
 * Looks for another order of the classes by the numbers of each of them, which tell it also where
 * the largest one is always that of the same class: classes are paired by their correlation over
 * the rows, the highest first.
 * @returns undefined where no other order fits much better
 */
export function bestScoreOrder({
  mine,
  stable,
}: OfBoth<readonly number[]>): ScoreOrder | undefined {
  const pairs = mine
    .flatMap((numbers, from) =>
      stable.map((others, to) => ({ from, to, correlation: correlationOf(numbers, others) })),
    )
    .filter(({ correlation }) => Number.isFinite(correlation));
  const target = new Map<number, (typeof pairs)[number]>();
  const taken = new Set<number>();
  for (const pair of pairs.toSorted((a, b) => b.correlation - a.correlation)) {
    if (target.has(pair.from) || taken.has(pair.to)) continue;
    target.set(pair.from, pair);
    taken.add(pair.to);
  }
  const moved = [...target.values()].filter(({ from, to }) => from !== to);
  // One class alone may be like another; an order needs two.
  if (moved.length < 2) return undefined;
  const after = mean(moved.map(({ correlation }) => correlation));
  // A class of stable's that never changes goes with nothing.
  const before = mean(
    moved.map(({ from }) => correlationOf(mine[from] ?? [], stable[from] ?? []) || 0),
  );
  return after >= wellTogether && after - before >= leastGain
    ? { before, after, moved: moved.map(({ from, to }) => [from, to]) }
    : undefined;
}

/** How well the numbers of each class go with stable's, at their best 1; NaN where none changes. */
export function scoreLikeness({ mine, stable }: OfBoth<readonly number[]>): number {
  const correlations = mine
    .map((numbers, at) => correlationOf(numbers, stable[at] ?? []))
    .filter((one) => Number.isFinite(one));
  return mean(correlations);
}

/** NaN of none. */
function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
