import type { Tensor } from '../domain/tensor.js';
import { areJoinable, rowCount } from './rows.js';

/** A request that waits for its answer. */
export interface Waiting {
  readonly inputs: readonly Tensor[];
  /** 0: it cannot be put together with others. */
  readonly rows: number;
  readonly resolve: (outputs: readonly Tensor[]) => void;
  readonly reject: (error: unknown) => void;
  /** From `performance.now()`. */
  readonly arrivedAtMs: number;
  /** Its caller was told that it took too long: nobody wants its answer any more. */
  isGivenUp: boolean;
  /** It was with the model already, in a batch that had to be asked again. */
  wasSent: boolean;
  /** The one behind it: a list, because one may leave from the middle. */
  next: Waiting | undefined;
  /** Its neighbours among all that are unanswered (deadlines.ts). */
  older: Waiting | undefined;
  newer: Waiting | undefined;
}

/** Requests in their order, and those among them that can go together. */
export class BatchQueue {
  #first: Waiting | undefined;
  #last: Waiting | undefined;
  #requests = 0;
  #rows = 0;

  /** Requests that wait. */
  get requests(): number {
    return this.#requests;
  }

  /** Rows of those that can be put together. */
  get rows(): number {
    return this.#rows;
  }

  add(
    inputs: readonly Tensor[],
    resolve: Waiting['resolve'],
    reject: Waiting['reject'],
    arrivedAtMs: number,
  ): Waiting {
    const waiting: Waiting = {
      inputs,
      rows: rowCount(inputs),
      resolve,
      reject,
      arrivedAtMs,
      isGivenUp: false,
      wasSent: false,
      next: undefined,
      older: undefined,
      newer: undefined,
    };
    if (this.#last === undefined) this.#first = waiting;
    else this.#last.next = waiting;
    this.#last = waiting;
    this.#requests++;
    this.#rows += waiting.rows;
    return waiting;
  }

  /** Forgets those that were given up; they have waited longest, so they are all in front. */
  dropGivenUp(): void {
    while (this.#first?.isGivenUp === true) this.#unlink(undefined, this.#first);
  }

  /** Takes out the request that has waited longest; nothing when there is none. */
  takeOne(): Waiting[] | undefined {
    const first = this.#first;
    if (first === undefined) return undefined;
    this.#unlink(undefined, first);
    return [first];
  }

  /**
   * Takes out the request that has waited longest, and those behind it that can go with it, up to
   * `maxRows` together. One that has more rows goes alone.
   */
  takeBatch(maxRows: number): Waiting[] | undefined {
    const batch = this.takeOne();
    const head = batch?.[0];
    if (head === undefined || head.rows === 0) return batch;
    let rows = head.rows;
    let previous: Waiting | undefined;
    let candidate = this.#first;
    while (candidate !== undefined && rows < maxRows) {
      const next: Waiting | undefined = candidate.next;
      const fits = candidate.rows > 0 && rows + candidate.rows <= maxRows;
      if (fits && areJoinable(head.inputs, candidate.inputs)) {
        this.#unlink(previous, candidate);
        batch?.push(candidate);
        rows += candidate.rows;
      } else {
        previous = candidate;
      }
      candidate = next;
    }
    return batch;
  }

  #unlink(previous: Waiting | undefined, waiting: Waiting): void {
    if (previous === undefined) this.#first = waiting.next;
    else previous.next = waiting.next;
    if (this.#last === waiting) this.#last = previous;
    waiting.next = undefined;
    this.#requests--;
    this.#rows -= waiting.rows;
  }
}
