/** The most classes that are told apart; all others together are one more. */
export const classLimit = 200;
/** The longest label that is kept whole: labels are classes, not texts. */
export const labelLimit = 64;

/** The classes that predictions are counted by, each with its place. It never changes. */
export class Vocabulary {
  readonly #places: ReadonlyMap<string, number>;

  constructor(readonly labels: readonly string[] = []) {
    this.#places = new Map(labels.map((label, place) => [label, place]));
  }

  get size(): number {
    return this.labels.length;
  }

  /** The place of a class; undefined where it is counted with all others. */
  placeOf(label: string): number | undefined {
    return this.#places.get(label);
  }

  /** With the most frequent of the newly seen classes added, up to the limit. */
  with(seen: ReadonlyMap<string, number>): Vocabulary {
    const added = mostFrequent(seen, classLimit - this.size);
    return added.length === 0
      ? this
      : new Vocabulary([...this.labels, ...added.map(([label]) => label)]);
  }
}

/** The most frequent labels, ties in the order of their letters, so that merging has one answer. */
export function mostFrequent(
  seen: ReadonlyMap<string, number>,
  limit: number,
): [label: string, count: number][] {
  return [...seen].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, Math.max(0, limit));
}
