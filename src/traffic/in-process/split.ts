import type { Arm } from '../../domain/arm.js';
import { toPercent, toShare, type Percent, type Share } from '../../domain/share.js';
import type { StickyKey } from '../../domain/sticky-key.js';
import { armOfDraw, armOfHash, stickyHash } from '../assign.js';
import { stickyKeyOf } from '../sticky-key.js';

/** The arm that a request was assigned to, and the hash of its key where it has one. */
export interface Assignment {
  readonly arm: Arm;
  readonly stickyHash?: number;
}

interface Assignable {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Splits one model's requests between its arms, inside this process. */
export class Split {
  #weight: Percent = toPercent(0);
  #share: Share = toShare(toPercent(0));
  sticky: StickyKey | undefined;

  /**
   * @param salt what makes one model's sticky arms independent of another's
   * @param random independent draws from 0 (included) to 1 (not included)
   */
  constructor(
    readonly salt: string,
    private readonly random: () => number,
  ) {}

  get weight(): Percent {
    return this.#weight;
  }

  /** Sets the share of traffic that the canary takes; in force for the next request. */
  setWeight(weight: Percent): void {
    this.#weight = weight;
    this.#share = toShare(weight);
  }

  assign(request: Assignable): Assignment {
    if (this.sticky === undefined) return { arm: armOfDraw(this.random(), this.#share) };
    const key = stickyKeyOf(this.sticky, request.headers, request.body);
    if (key === undefined) return { arm: armOfDraw(this.random(), this.#share) };
    const hash = stickyHash(key, this.salt);
    return { arm: armOfHash(hash, this.#share), stickyHash: hash };
  }
}
