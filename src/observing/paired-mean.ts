import { halfNormalRadius } from '../stats/half-normal-mixture.js';
import { addToMoments, noMoments, sampleVariance, type Moments } from '../stats/moments.js';

const pairsPerBlock = 50;
/** With fewer, how much blocks differ is not known well enough. */
const leastBlocks = 10;
/** A spread below this is the clock's, not the arms' (STATISTICS, Engine A). */
const leastSpread = 0.005;

/** A mean of differences as data: of all, of the open block, and of closed blocks' means. */
export interface PairedMeanState {
  readonly all: Moments;
  readonly open: Moments;
  readonly blocks: Moments;
  /** Over neighbouring blocks: how many, Σ(d + d′), Σdd′; and the newest d. */
  readonly neighbours: { readonly count: number; readonly sum: number; readonly product: number };
  readonly newest: number;
}

/**
 * The mean of paired differences, with bounds that hold at all times together. Neighbouring pairs
 * share a busy moment, which makes pairs say less than their number: the spread of blocks of 50 around
 * the mean, and of neighbouring blocks together, says how much less (batch means).
 */
export class PairedMean {
  #state: PairedMeanState;

  constructor(state?: PairedMeanState) {
    this.#state = state ?? {
      all: noMoments(),
      open: noMoments(),
      blocks: noMoments(),
      neighbours: { count: 0, sum: 0, product: 0 },
      newest: 0,
    };
  }

  get count(): number {
    return this.#state.all.count;
  }

  get mean(): number {
    return this.#state.all.mean;
  }

  /** @param difference finite */
  add(difference: number): void {
    const all = withValue(this.#state.all, difference);
    const open = withValue(this.#state.open, difference);
    this.#state = { ...this.#state, all, open };
    if (open.count === pairsPerBlock) this.#closeBlock(open.mean);
  }

  /** Half the width of the 95% confidence sequence; undefined before the tenth block is full. */
  radius(): number | undefined {
    const { all, blocks, neighbours } = this.#state;
    if (blocks.count < leastBlocks) return undefined;
    const variance = Math.max(sampleVariance(all), leastSpread ** 2);
    const { count, sum, product } = neighbours;
    const together = Math.max(0, product - blocks.mean * sum + blocks.mean ** 2 * count);
    const ofBlocks = (blocks.squares + 2 * together) / (blocks.count - 1) / blocks.count;
    const ofPairs = variance / all.count;
    // Half of 5% for each bound.
    return halfNormalRadius(1 / Math.max(ofBlocks, ofPairs), 0.025);
  }

  toState(): PairedMeanState {
    return this.#state;
  }

  #closeBlock(mean: number): void {
    const { blocks, newest, neighbours } = this.#state;
    const { count, sum, product } = neighbours;
    this.#state = {
      ...this.#state,
      open: noMoments(),
      blocks: withValue(blocks, mean),
      neighbours:
        blocks.count === 0
          ? neighbours
          : { count: count + 1, sum: sum + newest + mean, product: product + newest * mean },
      newest: mean,
    };
  }
}

function withValue(moments: Moments, value: number): Moments {
  const added = { ...moments };
  addToMoments(added, value);
  return added;
}
