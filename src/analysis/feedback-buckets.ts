import { Arm } from '../domain/arm.js';
import type { MomentsSummary } from '../domain/summary.js';
import { addToMoments, noMoments, type Moments } from '../stats/moments.js';
import { largerIsWorse } from './feedback-direction.js';
import { FeedbackMeasure } from '../domain/feedback.js';

/** Labels an arm that are put together to one bucket: they carry no time. */
const labelsPerBucket = 20;

/** Values of both arms, turned so that larger is worse. */
interface LabelBucket {
  stable: Moments;
  canary: Moments;
}

/** The state as data: the open bucket of each step that has one. */
export type FeedbackBucketsState = readonly {
  readonly step: number;
  readonly stable: MomentsSummary;
  readonly canary: MomentsSummary;
}[];

/**
 * Feedback until there is enough of a step for a bucket. Each step has a bucket of its own, for as
 * long as the rollout lasts: labels come late, and those of one weight must not be compared with
 * those of another (the share and the accuracy may both have changed meanwhile). Within a step they
 * are put together as they come: there the share is the same for all of them.
 */
export class FeedbackBuckets {
  readonly #largerIsWorse: boolean;
  readonly #open: Map<number, LabelBucket>;

  constructor(
    measure: FeedbackMeasure = FeedbackMeasure.Accuracy,
    state: FeedbackBucketsState = [],
  ) {
    this.#largerIsWorse = largerIsWorse(measure);
    this.#open = new Map(
      state.map(({ step, stable, canary }) => [
        step,
        { stable: { ...stable }, canary: { ...canary } },
      ]),
    );
  }

  /** @returns the bucket of this step when it is full now, and closed by that */
  record(arm: Arm, value: number, step: number): Readonly<LabelBucket> | undefined {
    const bucket = this.#open.get(step) ?? { stable: noMoments(), canary: noMoments() };
    this.#open.set(step, bucket);
    const worse = this.#largerIsWorse ? value : -value;
    addToMoments(arm === Arm.Canary ? bucket.canary : bucket.stable, worse);
    const { stable, canary } = bucket;
    if (stable.count < labelsPerBucket || canary.count < labelsPerBucket) return undefined;
    this.#open.delete(step);
    return bucket;
  }

  toState(): FeedbackBucketsState {
    return [...this.#open].map(([step, { stable, canary }]) => ({
      step,
      stable: { ...stable },
      canary: { ...canary },
    }));
  }
}
