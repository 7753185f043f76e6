import { Outcome } from '../domain/observation.js';
import { Shed, type ShadowPair } from '../serving/gateway/shadow-pair.js';

/** What became of copies. */
export class ShadowCounts {
  agreed = 0;
  disagreed = 0;
  /** Answered by both, and nothing in the answers that could be compared. */
  incomparable = 0;
  /** The canary failed the copy, or took too long. */
  failed = 0;
  readonly shed: Record<Shed, number> = {
    [Shed.InFlight]: 0,
    [Shed.Bytes]: 0,
    [Shed.Busy]: 0,
    [Shed.Stopped]: 0,
  };

  /** Copies that were not made. */
  get notMade(): number {
    return Object.values(this.shed).reduce((sum, count) => sum + count, 0);
  }

  /** Copies that were made and came back, failed ones included. */
  get pairs(): number {
    return this.agreed + this.disagreed + this.incomparable + this.failed;
  }

  count({ canary, agree }: Pick<ShadowPair, 'canary' | 'agree'>): void {
    if (canary.outcome !== Outcome.Ok) this.failed += 1;
    else if (agree === undefined) this.incomparable += 1;
    else if (agree) this.agreed += 1;
    else this.disagreed += 1;
  }
}
