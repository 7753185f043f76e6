import type { Arm } from '../domain/arm.js';
import type { RequestId } from '../domain/ids.js';
import type { Prediction } from '../domain/observation.js';
import { requireWithin } from '../stats/require.js';

/** What was answered to a request, and by which arm. */
export interface Answered {
  readonly arm: Arm;
  /** Absent where the answer could not be read. */
  readonly prediction?: Prediction;
}

/** What became of one piece of feedback. */
export type Joined =
  | { readonly kind: 'joined'; readonly answered: Answered }
  /** This request had its feedback before: it counts once. */
  | { readonly kind: 'duplicate' }
  /** Never seen, or forgotten: only so many requests are remembered. */
  | { readonly kind: 'unknown' };

/**
 * Finds the arm that answered a request when its feedback comes, late and out of order. It remembers
 * the last `limit` requests (about 100 bytes each) and forgets the oldest first, whether it had its
 * feedback or not: so a repeated one is known as such for as long as its request is known.
 */
export class FeedbackJoin {
  readonly #limit: number;
  readonly #answered = new Map<RequestId, Answered | 'has its feedback'>();

  /** @throws SerinError `invalid-statistics-input` for a limit outside 1 to 10,000,000 */
  constructor(limit = 100_000) {
    requireWithin(limit, 1, 10_000_000, 'a number of requests');
    this.#limit = limit;
  }

  /** How many requests it remembers. */
  get size(): number {
    return this.#answered.size;
  }

  /** Remembers who answered; a request that is answered again keeps what was known first. */
  remember(requestId: RequestId, answered: Answered): void {
    if (this.#answered.has(requestId)) return;
    if (this.#answered.size >= this.#limit) {
      const [oldest] = this.#answered.keys();
      if (oldest !== undefined) this.#answered.delete(oldest);
    }
    this.#answered.set(requestId, answered);
  }

  /** Joins feedback to the answer that it is about, once. */
  join(requestId: RequestId): Joined {
    const answered = this.#answered.get(requestId);
    if (answered === undefined) return { kind: 'unknown' };
    if (answered === 'has its feedback') return { kind: 'duplicate' };
    this.#answered.set(requestId, 'has its feedback');
    return { kind: 'joined', answered };
  }
}
