/** Pairs that are put together to one bucket at most. */
const pairsPerBucket = 100;

/** Inputs that both arms answered in one step. */
export interface PairBucket {
  /** Index of the step; −1 before the first. */
  readonly step: number;
  readonly agreed: number;
  readonly disagreed: number;
}

/** The state as data. An older Serin did not say which step it was: the newest one. */
export type ShadowPairsState = Omit<PairBucket, 'step'> & { readonly step?: number };

/**
 * Shadow pairs until their bucket closes. They carry no time and come with their requests, so their
 * bucket closes with the requests' bucket, which may be what a step waits for, and before the next
 * step begins; on a busy service also when it is full.
 */
export class ShadowPairs {
  #open: PairBucket | undefined;

  /** @param newestStep whose the pairs are of a state that does not say it */
  constructor(newestStep: number, state?: ShadowPairsState) {
    if (state !== undefined && state.agreed + state.disagreed > 0) {
      this.#open = { step: newestStep, ...state };
    }
  }

  /** @returns the bucket when it is full now, and closed by that */
  record(step: number, agree: boolean): PairBucket | undefined {
    const { agreed, disagreed } = this.#open ?? { agreed: 0, disagreed: 0 };
    this.#open = { step, agreed: agreed + +agree, disagreed: disagreed + +!agree };
    return agreed + disagreed + 1 < pairsPerBucket ? undefined : this.close();
  }

  /** @returns the bucket as it is, closed by that; undefined where there is none */
  close(): PairBucket | undefined {
    const open = this.#open;
    this.#open = undefined;
    return open;
  }

  toState(): ShadowPairsState {
    return this.#open ?? { agreed: 0, disagreed: 0 };
  }
}
