import type { Arm } from '../domain/arm.js';
import type { Observation } from '../domain/observation.js';
import type { BucketSummary, FrameSummary } from '../domain/summary.js';
import { refuse } from '../stats/require.js';
import { summaryOfFrame } from './bucket-frame.js';
import { Bucket } from './bucket.js';
import { FeedbackBuckets, type FeedbackBucketsState } from './feedback-buckets.js';
import type { JudgeSettings } from './judge-settings.js';
import { LabelledPairBuckets, type LabelledPairBucketsState } from './labelled-pair-buckets.js';
import type { RolloutMemory } from './rollout-memory.js';
import { ShadowPairs, type PairBucket, type ShadowPairsState } from './shadow-pairs.js';

/** Answers of at most so many steps that are over are awaited at a time. */
const mostLateSteps = 16;

/** A bucket with the step that it belongs to. */
interface BucketOfStep<Content> {
  readonly step: number;
  readonly bucket: Content;
  /** When a bucket that holds or waits for late answers closes; 0 while it is open. */
  readonly closesAtMs: number;
}

/** Its frame has no classes: they are the first so many of those in the memory. */
interface StoredBucket extends BucketOfStep<BucketSummary> {
  readonly classes: number;
}

/** The state as data. */
export interface CollectorState {
  readonly open?: StoredBucket;
  readonly settling?: StoredBucket;
  /** Of steps that are over. */
  readonly late?: readonly StoredBucket[];
  readonly feedback: FeedbackBucketsState;
  readonly pairs: ShadowPairsState;
  readonly labelledPairs: LabelledPairBucketsState;
  /** Requests from before the first step, and of more steps that are over than there is room for. */
  readonly tooLate: number;
}

/**
 * Gathers what comes in until its bucket closes. A request belongs to the bucket in which it
 * started, so a bucket that is full settles for a moment: requests that started in it are still
 * counted in it, later ones in the next. What comes later than that counts in the open bucket of the
 * same step; when that step is over, in a bucket of its own, which counts by the open one's frame. A
 * canary that hangs may be seen by such answers alone, as each takes a whole time-out.
 */
export class Collector {
  readonly #settings: JudgeSettings;
  readonly #memory: RolloutMemory;
  #open: BucketOfStep<Bucket> | undefined;
  #settling: BucketOfStep<Bucket> | undefined;
  #late: BucketOfStep<Bucket>[];
  readonly #feedback: FeedbackBuckets;
  readonly #pairs: ShadowPairs;
  readonly #labelledPairs: LabelledPairBuckets;
  #tooLate: number;

  constructor(settings: JudgeSettings, memory: RolloutMemory, state?: CollectorState) {
    this.#settings = settings;
    this.#memory = memory;
    this.#open = state?.open && restoredBucket(state.open, memory.labels);
    this.#settling = state?.settling && restoredBucket(state.settling, memory.labels);
    this.#late = (state?.late ?? []).map((stored) => restoredBucket(stored, memory.labels));
    this.#feedback = new FeedbackBuckets(settings.checks.feedback?.measure, state?.feedback);
    this.#pairs = new ShadowPairs(memory.currentStep, state?.pairs);
    this.#labelledPairs = new LabelledPairBuckets(state?.labelledPairs);
    this.#tooLate = state?.tooLate ?? 0;
  }

  /** The open bucket; undefined before the first step. */
  get open(): Bucket | undefined {
    return this.#open?.bucket;
  }

  get tooLate(): number {
    return this.#tooLate;
  }

  /** Requests of a step that no closed bucket holds yet. */
  pending(step: number): { stable: number; canary: number } {
    const counts = { stable: 0, canary: 0 };
    for (const held of [this.#open, this.#settling]) {
      if (held?.step !== step) continue;
      counts.stable += held.bucket.stable.requests;
      counts.canary += held.bucket.canary.requests;
    }
    return counts;
  }

  /** Ends the current step, if any, and begins to gather for the newest one of the memory. */
  beginStep(nowMs: number): boolean {
    const closedPairs = this.#addPairs(this.#pairs.close());
    const closedSettling = this.#closeSettling();
    const closedOpen = this.#cut(nowMs);
    this.#openNext(nowMs);
    return closedPairs || closedSettling || closedOpen;
  }

  /** Counts one request, which has been checked. Before the first step it is too late already. */
  record(observation: Observation): void {
    const open = this.#open;
    if (open === undefined) {
      this.#tooLate += 1;
    } else if (observation.startedAtMs >= open.bucket.frame.openedAtMs) {
      open.bucket.record(observation);
    } else {
      const bucket = this.#bucketOfLate(observation, open);
      if (bucket === undefined) this.#tooLate += 1;
      else bucket.record(observation);
    }
  }

  /** @returns whether a bucket of pairs closed */
  recordPair(agree: boolean): boolean {
    return this.#addPairs(this.#pairs.record(this.#memory.currentStep, agree));
  }

  /**
   * @param step index of the step in which the answers were given
   * @returns whether a bucket of labelled pairs closed
   */
  recordLabelledPair(stableRight: boolean, canaryRight: boolean, step: number): boolean {
    const full = this.#labelledPairs.record(step, stableRight, canaryRight);
    if (full !== undefined) this.#memory.addLabelledPairs(step, full);
    return full !== undefined;
  }

  /**
   * @param step index of the step in which the answer was given
   * @returns whether a bucket of feedback closed
   */
  recordFeedback(arm: Arm, value: number, step: number): boolean {
    const full = this.#feedback.record(arm, value, step);
    if (full !== undefined) this.#memory.addFeedback(step, full.canary, full.stable);
    return full !== undefined;
  }

  /** What another collector has to count by, so that its bucket can be added to the open one. */
  frame(): FrameSummary | undefined {
    return this.#open === undefined ? undefined : summaryOfFrame(this.#open.bucket.frame);
  }

  /**
   * Adds what another collector counted while this bucket was open.
   * @throws SerinError `invalid-statistics-input` without a step, or for another frame
   */
  absorb(summary: BucketSummary): void {
    if (this.#open === undefined) refuse('an open step', 'none');
    this.#open.bucket.merge(Bucket.fromSummary(summary));
  }

  /** Closes what is due. @returns whether anything closed */
  tick(nowMs: number): boolean {
    const closedLate = this.#closeLate(nowMs);
    const settled =
      this.#settling !== undefined && nowMs >= this.#settling.closesAtMs && this.#closeSettling();
    const before = closedLate || settled;
    if (this.#open === undefined || this.#settling !== undefined) return before;
    if (!this.#open.bucket.isFull(nowMs, this.#settings.bucket)) return before;
    const closed = this.#cut(nowMs);
    this.#openNext(nowMs);
    return before || closed;
  }

  toState(): CollectorState {
    return {
      ...(this.#open === undefined ? {} : { open: storedBucket(this.#open) }),
      ...(this.#settling === undefined ? {} : { settling: storedBucket(this.#settling) }),
      ...(this.#late.length === 0 ? {} : { late: this.#late.map(storedBucket) }),
      feedback: this.#feedback.toState(),
      pairs: this.#pairs.toState(),
      labelledPairs: this.#labelledPairs.toState(),
      tooLate: this.#tooLate,
    };
  }

  /** Where a request belongs that started before the open bucket was; undefined: nowhere. */
  #bucketOfLate(
    { startedAtMs, latencyMs }: Observation,
    open: BucketOfStep<Bucket>,
  ): Bucket | undefined {
    const step = this.#memory.stepAt(startedAtMs);
    if (step === undefined) return undefined;
    if (this.#settling?.step === step) return this.#settling.bucket;
    if (open.step === step) return open.bucket;
    const known = this.#late.find((late) => late.step === step);
    if (known !== undefined) return known.bucket;
    if (this.#late.length >= mostLateSteps) return undefined;
    const closesAtMs = startedAtMs + latencyMs + this.#settings.bucket.durationMs;
    const late = { step, bucket: new Bucket(open.bucket.frame), closesAtMs };
    this.#late.push(late);
    return late.bucket;
  }

  /** Stops the open bucket from taking new requests. @returns whether it closed at once */
  #cut(nowMs: number): boolean {
    if (this.#open === undefined) return false;
    this.#settling = { ...this.#open, closesAtMs: nowMs + this.#settings.settleMs };
    this.#open = undefined;
    return this.#settings.settleMs === 0 && this.#closeSettling();
  }

  #closeLate(nowMs: number): boolean {
    const closing = this.#late.filter(({ closesAtMs }) => closesAtMs <= nowMs);
    if (closing.length === 0) return false;
    this.#late = this.#late.filter((late) => !closing.includes(late));
    for (const { step, bucket } of closing) this.#memory.addLateBucket(step, bucket);
    return true;
  }

  #openNext(nowMs: number): void {
    const step = this.#memory.currentStep;
    if (step < 0) return;
    this.#open = { step, bucket: new Bucket(this.#memory.nextFrame(nowMs)), closesAtMs: 0 };
  }

  #closeSettling(): boolean {
    if (this.#settling === undefined) return false;
    this.#memory.addBucket(this.#settling.step, this.#settling.bucket);
    this.#addPairs(this.#pairs.close());
    this.#settling = undefined;
    return true;
  }

  #addPairs(closed: PairBucket | undefined): boolean {
    if (closed !== undefined) this.#memory.addPairs(closed);
    return closed !== undefined;
  }
}

function storedBucket({ step, closesAtMs, bucket }: BucketOfStep<Bucket>): StoredBucket {
  const summary = bucket.toSummary();
  const { classes } = summary.frame;
  const withoutClasses = { ...summary, frame: { ...summary.frame, classes: [] } };
  return { step, closesAtMs, bucket: withoutClasses, classes: classes.length };
}

function restoredBucket(stored: StoredBucket, labels: readonly string[]): BucketOfStep<Bucket> {
  const { step, closesAtMs, bucket, classes } = stored;
  const frame = { ...bucket.frame, classes: labels.slice(0, classes) };
  return { step, closesAtMs, bucket: Bucket.fromSummary({ ...bucket, frame }) };
}
