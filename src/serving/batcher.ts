import { SerinError } from '../domain/errors.js';
import { isBatchable, type Signature } from '../domain/signature.js';
import type { Tensor } from '../domain/tensor.js';
import type { BatchingSpec } from '../domain/version.js';
import { BatchQueue, type Waiting } from './batch-queue.js';
import { BatchSizes, type BatchSizeCount } from './batch-sizes.js';
import { Deadlines } from './deadlines.js';
import { areNearlyEqual } from './nearly-equal.js';
import { joinRows, splitRows } from './rows.js';
import type { TensorModel } from './tensor-model.js';

export interface BatcherOptions {
  readonly signature: Signature;
  readonly batching: BatchingSpec;
  /** Requests that may wait, beyond which more are refused. Default 1024. */
  readonly maxQueued?: number;
  /**
   * Batches, of rows that differ, in which one row's answer is compared with what that row gets
   * alone. Default 3: a model that mixes its rows is known after the first.
   */
  readonly batchesToVerify?: number;
  /** From a request's arrival until it is given up, wherever it is then. Default 30 s. */
  readonly requestTimeoutMs?: number;
}

/** What a batcher has done since its start, and what waits now. */
export interface BatcherStats {
  /** Whether rows of several requests are put together (still). */
  readonly isBatching: boolean;
  readonly queuedRequests: number;
  readonly batchesInFlight: number;
  /** Batches that were sent, repeated ones included. */
  readonly batches: number;
  /** Rows in all of them. */
  readonly rows: number;
  readonly sizes: readonly BatchSizeCount[];
  /** Requests that were sent, and how long they had waited. */
  readonly queue: Durations;
  /** Requests that the model answered, and how long it took, each with the time of its batch. */
  readonly compute: Durations;
}

/** How many there were, and how long they took together. */
export interface Durations {
  readonly count: number;
  readonly ms: number;
}

/**
 * Batches that are with the model at a time. A second one would leave sooner and be smaller: with
 * 32 connections it saved no time, and a model that is slow would compute two small ones instead of
 * one large one. Requests that go alone gain by it: the next one is there when one is answered.
 */
const inFlightTogether = 1;
const inFlightAlone = 4;

/**
 * Puts the rows of concurrent requests together in front of a model (DESIGN, decision 2): what
 * arrives while the model is busy goes as one batch, and nothing waits when it is idle.
 *
 * A request gets the answer that it would get alone. When the model fails on a batch, its halves
 * are asked again until only the requests that are to blame have failed; and when a batch is not
 * answered row by row, or a row otherwise than alone, nothing is put together any more.
 */
export class Batcher implements TensorModel {
  readonly #model: TensorModel;
  readonly #maxRows: number;
  readonly #delayMs: number;
  readonly #maxQueued: number;
  readonly #queue = new BatchQueue();
  readonly #sizes = new BatchSizes();
  readonly #deadlines: Deadlines;
  /** Parts of batches that have to be asked again; the last one goes first, before the queue. */
  readonly #again: (readonly Waiting[])[] = [];
  #isBatching: boolean;
  #toVerify: number;
  #inFlight = 0;
  readonly #queued = { count: 0, ms: 0 };
  readonly #computed = { count: 0, ms: 0 };
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  constructor(model: TensorModel, options: BatcherOptions) {
    const { signature, batching, maxQueued = 1024, batchesToVerify = 3 } = options;
    this.#deadlines = new Deadlines(options.requestTimeoutMs ?? 30_000, () =>
      this.#queue.dropGivenUp(),
    );
    this.#model = model;
    this.#maxRows = batching.maxBatchSize;
    this.#delayMs = batching.maxBatchDelayMs;
    this.#maxQueued = maxQueued;
    this.#toVerify = batchesToVerify;
    this.#isBatching = batching.enabled && isBatchable(signature);
  }

  infer(inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    return new Promise((resolve, reject) => {
      if (this.#queue.requests >= this.#maxQueued) {
        throw new SerinError('overloaded', { found: `${this.#queue.requests} that wait` });
      }
      const waiting = this.#queue.add(inputs, resolve, reject, performance.now());
      this.#deadlines.watch(waiting);
      this.#sendSoon();
    });
  }

  stats(): BatcherStats {
    return {
      isBatching: this.#isBatching,
      queuedRequests: this.#queue.requests,
      batchesInFlight: this.#inFlight,
      batches: this.#sizes.batches,
      rows: this.#sizes.rows,
      sizes: this.#sizes.counts(),
      queue: { ...this.#queued },
      compute: { ...this.#computed },
    };
  }

  /**
   * When nothing is under way, what arrives in the same turn of the event loop goes together: the
   * requests of several connections are read one after the other, and waiting for the last of them
   * takes no time (32 connections: batches of 15 instead of 13 rows, a fifth less CPU time of the runner).
   */
  #sendSoon(): void {
    if (this.#inFlight >= this.#maxInFlight()) return;
    if (this.#isBatching && this.#delayMs > 0 && this.#queue.rows < this.#maxRows) {
      this.#timer ??= setTimeout(this.#send, this.#delayMs);
    } else if (this.#isBatching) {
      this.#immediate ??= setImmediate(this.#send);
    } else {
      this.#send();
    }
  }

  readonly #send = (): void => {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = undefined;
    this.#immediate = undefined;
    while (this.#inFlight < this.#maxInFlight()) {
      const batch = this.#takeAgain() ?? this.#takeFromQueue();
      if (batch === undefined) return;
      void this.#ask(batch);
    }
  };

  #maxInFlight(): number {
    return this.#isBatching ? inFlightTogether : inFlightAlone;
  }

  /** The next part that has to be asked again, without what nobody waits for any more. */
  #takeAgain(): readonly Waiting[] | undefined {
    for (let part = this.#again.pop(); part !== undefined; part = this.#again.pop()) {
      const wanted = part.filter(({ isGivenUp }) => !isGivenUp);
      if (wanted.length > 0) return wanted;
    }
    return undefined;
  }

  #takeFromQueue(): Waiting[] | undefined {
    return this.#isBatching ? this.#queue.takeBatch(this.#maxRows) : this.#queue.takeOne();
  }

  async #ask(batch: readonly Waiting[]): Promise<void> {
    this.#inFlight++;
    this.#sizes.count(batch.reduce((sum, { rows }) => sum + rows, 0));
    const sentAtMs = performance.now();
    this.#countWaits(batch, sentAtMs);
    try {
      const [only, another] = batch;
      const isAlone = only !== undefined && another === undefined;
      const inputs = isAlone ? only.inputs : joinRows(batch.map((waiting) => waiting.inputs));
      const outputs = await this.#model.infer(inputs);
      this.#computed.count += batch.length;
      this.#computed.ms += batch.length * (performance.now() - sentAtMs);
      if (isAlone) this.#resolve(only, outputs);
      else await this.#answerAll(batch, outputs);
    } catch (error) {
      this.#fail(batch, error);
    }
    this.#inFlight--;
    this.#send();
  }

  /** One that is asked again has waited since it arrived, but is counted once. */
  #countWaits(batch: readonly Waiting[], nowMs: number): void {
    for (const waiting of batch) {
      if (waiting.wasSent) continue;
      waiting.wasSent = true;
      this.#queued.count += 1;
      this.#queued.ms += nowMs - waiting.arrivedAtMs;
    }
  }

  async #answerAll(batch: readonly Waiting[], outputs: readonly Tensor[]): Promise<void> {
    const rows = batch.map((waiting) => waiting.rows);
    const answers = splitRows(outputs, rows);
    const isVerified = answers !== undefined && (await this.#isAsAlone(batch, answers));
    if (!isVerified) {
      this.#isBatching = false;
      this.#askAgain(batch.map((waiting) => [waiting]));
      return;
    }
    batch.forEach((waiting, index) => {
      this.#resolve(waiting, answers[index] ?? []);
    });
  }

  /** One that was given up was told so; it is forgotten already. */
  #resolve(waiting: Waiting, outputs: readonly Tensor[]): void {
    if (waiting.isGivenUp) return;
    this.#deadlines.forget(waiting);
    waiting.resolve(outputs);
  }

  /** Whether a request of the batch, one that is not as the first one is, gets the same alone. */
  async #isAsAlone(batch: readonly Waiting[], answers: readonly Tensor[][]): Promise<boolean> {
    if (this.#toVerify === 0) return true;
    const first = batch[0]?.inputs ?? [];
    const index = batch.findIndex(({ inputs }) => !areNearlyEqual(inputs, first));
    const other = batch[index];
    if (other === undefined) return true;
    const alone = await this.#model.infer(other.inputs);
    this.#toVerify--;
    return areNearlyEqual(alone, answers[index] ?? []);
  }

  /** When the model fails on a batch, one request is to blame; when it dies, nobody knows. */
  #fail(batch: readonly Waiting[], error: unknown): void {
    if (batch.length > 1 && isAboutInput(error)) {
      const middle = batch.length >> 1;
      this.#askAgain([batch.slice(0, middle), batch.slice(middle)]);
      return;
    }
    for (const waiting of batch) {
      if (waiting.isGivenUp) continue;
      this.#deadlines.forget(waiting);
      waiting.reject(error);
    }
  }

  #askAgain(parts: readonly (readonly Waiting[])[]): void {
    this.#again.push(...parts.toReversed());
  }
}

function isAboutInput(error: unknown): boolean {
  return (
    error instanceof SerinError &&
    (error.code === 'model-run-failed' || error.code === 'invalid-input')
  );
}
