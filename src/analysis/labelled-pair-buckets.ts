/** Labelled pairs that are put together to one bucket: they carry no time. */
const pairsPerBucket = 20;

/** Inputs that both arms answered, and whose truth is known. */
export interface LabelledPairBucket {
  pairs: number;
  /** Those about which the canary alone was wrong. */
  canaryWrong: number;
  stableWrong: number;
}

/** The state as data: the open bucket of each step that has one. */
export type LabelledPairBucketsState = readonly (LabelledPairBucket & { readonly step: number })[];

/**
 * Labelled pairs until there are enough of a step for a bucket. Each step has one of its own, as
 * labels come late: a pair is evidence about the step in which the arms answered.
 */
export class LabelledPairBuckets {
  readonly #open: Map<number, LabelledPairBucket>;

  constructor(state: LabelledPairBucketsState = []) {
    this.#open = new Map(state.map(({ step, ...bucket }) => [step, { ...bucket }]));
  }

  /** @returns the bucket of this step when it is full now, and closed by that */
  record(
    step: number,
    stableRight: boolean,
    canaryRight: boolean,
  ): Readonly<LabelledPairBucket> | undefined {
    const bucket = this.#open.get(step) ?? { pairs: 0, canaryWrong: 0, stableWrong: 0 };
    this.#open.set(step, bucket);
    bucket.pairs += 1;
    if (stableRight && !canaryRight) bucket.canaryWrong += 1;
    if (canaryRight && !stableRight) bucket.stableWrong += 1;
    if (bucket.pairs < pairsPerBucket) return undefined;
    this.#open.delete(step);
    return bucket;
  }

  toState(): LabelledPairBucketsState {
    return [...this.#open].map(([step, bucket]) => ({ step, ...bucket }));
  }
}
