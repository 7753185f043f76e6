/** Another order of the classes under which two lists of classes agree. */
export interface Relabelling {
  /** Share of rows that agree as they are, and with the other order. */
  readonly before: number;
  readonly after: number;
  /** The classes that are moved: from, to. */
  readonly moved: readonly (readonly [string, string])[];
}

/** Swapped labels agree well under the other order, and badly as they are. */
const wellAgreeing = 0.8;
const leastGain = 0.3;

/**
 * Looks for another order of the classes under which nearly all rows agree: classes are paired by
 * how often they meet, the most frequent pair first.
 * @returns undefined where no other order agrees much better
 */
export function bestRelabelling(
  mine: readonly string[],
  stable: readonly string[],
): Relabelling | undefined {
  const counts = new Map<string, Map<string, number>>();
  mine.forEach((from, row) => {
    const to = stable[row] ?? '';
    const ofFrom = counts.get(from) ?? new Map<string, number>();
    counts.set(from, ofFrom.set(to, (ofFrom.get(to) ?? 0) + 1));
  });
  const pairs = [...counts]
    .flatMap(([from, tos]) => Array.from(tos, ([to, count]) => ({ from, to, count })))
    .sort((a, b) => b.count - a.count);
  const target = new Map<string, string>();
  const taken = new Set<string>();
  for (const { from, to } of pairs) {
    if (target.has(from) || taken.has(to)) continue;
    target.set(from, to);
    taken.add(to);
  }
  const agreeing = (label: (from: string) => string): number =>
    mine.filter((from, row) => label(from) === stable[row]).length / mine.length;
  const before = agreeing((from) => from);
  const after = agreeing((from) => target.get(from) ?? from);
  const moved = [...target].filter(([from, to]) => from !== to);
  // One class alone may be another by mistake; an order needs two.
  const isAnOrder = moved.length >= 2 && new Set(stable).size >= 2;
  return isAnOrder && after >= wellAgreeing && after - before >= leastGain
    ? { before, after, moved }
    : undefined;
}
