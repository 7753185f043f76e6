import { Outcome } from '../domain/observation.js';
import { Shed, type ComparedPair } from '../serving/gateway/shadow-pair.js';
import { PairDifferences, type PairDifferencesState } from './pair-differences.js';

/** The counts as data. */
export interface ShadowCountsState {
  readonly agreed: number;
  readonly disagreed: number;
  readonly incomparable: number;
  readonly failed: number;
  readonly shed: Readonly<Record<Shed, number>>;
  readonly differences: PairDifferencesState;
}

/** What became of copies. */
export class ShadowCounts {
  agreed: number;
  disagreed: number;
  /** Answered by the canary, and nothing that could be compared: no numbers, or stable had failed. */
  incomparable: number;
  /** The canary failed the copy, or took too long. */
  failed: number;
  readonly shed: Record<Shed, number>;
  readonly differences: PairDifferences;

  constructor(state?: ShadowCountsState) {
    this.agreed = state?.agreed ?? 0;
    this.disagreed = state?.disagreed ?? 0;
    this.incomparable = state?.incomparable ?? 0;
    this.failed = state?.failed ?? 0;
    this.shed = {
      ...{ [Shed.InFlight]: 0, [Shed.Bytes]: 0, [Shed.Busy]: 0, [Shed.Stopped]: 0 },
      ...state?.shed,
    };
    this.differences = new PairDifferences(state?.differences);
  }

  /** Copies that were not made. */
  get notMade(): number {
    return Object.values(this.shed).reduce((sum, count) => sum + count, 0);
  }

  /** Copies that were made and came back, failed ones included. */
  get pairs(): number {
    return this.agreed + this.disagreed + this.incomparable + this.failed;
  }

  count(pair: ComparedPair): void {
    if (pair.canary.outcome !== Outcome.Ok) this.failed += 1;
    else if (pair.agree === undefined) this.incomparable += 1;
    else if (pair.agree) this.agreed += 1;
    else this.disagreed += 1;
    this.differences.count(pair);
  }

  toState(): ShadowCountsState {
    const { agreed, disagreed, incomparable, failed, shed, differences } = this;
    return { agreed, disagreed, incomparable, failed, shed, differences: differences.toState() };
  }
}
