import { addEventBucket, noEventSums, type EventSums } from './event-sums.js';
import { addMarginBucket, noMarginSums, type MarginSums } from './latency-margins.js';
import { addMeanBucket, noMeanSums, type MeanSums } from './mean-sums.js';
import type { Bucket } from './bucket.js';
import type { JudgeSettings } from './judge-settings.js';
import type { PredictionCounts } from './prediction-counts.js';
import { tailQuestionCount } from './tail-questions.js';

/** What the judge is told when a step of a rollout begins. */
export interface StepPlan {
  /**
   * `weight`: each request is the canary's with probability `share`. `shadow`: the canary gets
   * copies, one for `share` of stable's requests; nobody is assigned, so the split is not checked.
   */
  readonly kind: 'weight' | 'shadow';
  /** 0 to 1. */
  readonly share: number;
  /** The last step in which both arms serve: the one that promotion follows. */
  readonly last: boolean;
}

/** Everything that the judge remembers of one step: running sums only. */
export interface StepMemory {
  readonly kind: StepPlan['kind'];
  /** The canary's part of the requests that are seen, 0 to 1: at 0 and 1 nothing is compared. */
  readonly share: number;
  readonly last: boolean;
  readonly openedAtMs: number;
  /** Requests in closed buckets. */
  stableRequests: number;
  canaryRequests: number;
  /** Requests with a prediction, likewise. */
  predicted: number;
  readonly latency: MeanSums;
  readonly latencyMargins: MarginSums;
  readonly predictions: MeanSums;
  readonly feedback: MeanSums;
  /** Values of feedback in closed buckets. */
  stableLabels: number;
  canaryLabels: number;
  readonly errors: EventSums;
  readonly timeouts: EventSums;
  readonly tails: readonly EventSums[];
  readonly split: EventSums;
  /** Its share is the tolerated rate of disagreement. */
  readonly agreement: EventSums;
  /** Its share is ½: of two answers to one input that are not both right, whose was wrong? */
  readonly labelledPairs: EventSums;
}

/** A step that has just begun. */
export function newStep(plan: StepPlan, nowMs: number, settings: JudgeSettings): StepMemory {
  // Of a request and its copy, half are the canary's.
  const share = plan.kind === 'shadow' ? plan.share / (1 + plan.share) : plan.share;
  return {
    kind: plan.kind,
    share,
    last: plan.last,
    openedAtMs: nowMs,
    stableRequests: 0,
    canaryRequests: 0,
    predicted: 0,
    latency: noMeanSums(),
    latencyMargins: noMarginSums(),
    predictions: noMeanSums(),
    feedback: noMeanSums(),
    stableLabels: 0,
    canaryLabels: 0,
    errors: noEventSums(share),
    timeouts: noEventSums(share),
    tails: Array.from({ length: tailQuestionCount }, () => noEventSums(share)),
    split: noEventSums(share),
    agreement: noEventSums(settings.checks.agreement?.disagreement ?? 0.5),
    labelledPairs: noEventSums(0.5),
  };
}

/** Below one request in a million an arm says nothing within anybody's patience. */
const leastShare = 1e-6;

/** Whether the two arms can be compared in this step at all. */
export function isComparable({ share }: Pick<StepMemory, 'share'>): boolean {
  return share >= leastShare && share <= 1 - leastShare;
}

/** Adds one closed bucket to the sums of its step, in place. */
export function addBucketToStep(step: StepMemory, bucket: Bucket, settings: JudgeSettings): void {
  const { stable, canary, frame } = bucket;
  addEventsToStep(step, bucket);
  step.predicted += stable.predictions.predicted + canary.predictions.predicted;
  if (!isComparable(step)) return;
  addMeanBucket(step.latency, canary.logLatency, stable.logLatency);
  addMarginBucket(step.latencyMargins, settings, canary.logLatency, stable.logLatency);
  // Without an earlier bucket nothing could count as unusual: that would look like perfect safety.
  if (frame.unusualClasses !== undefined || frame.unusualCells !== undefined) {
    addMeanBucket(
      step.predictions,
      momentsOfShare(canary.predictions),
      momentsOfShare(stable.predictions),
    );
  }
}

/**
 * Adds what can be counted of a bucket, in place. Of answers that came after their step was over it is
 * all that is added: they are the slow ones, and their mean says nothing of an arm.
 */
export function addEventsToStep(step: StepMemory, { stable, canary, frame }: Bucket): void {
  step.stableRequests += stable.requests;
  step.canaryRequests += canary.requests;
  if (!isComparable(step)) return;
  const requests = stable.requests + canary.requests;
  addEventBucket(step.errors, canary.errors, stable.errors, requests);
  addEventBucket(step.timeouts, canary.timeouts, stable.timeouts, requests);
  addEventBucket(step.split, canary.requests, stable.requests, requests);
  if (frame.slowStable !== undefined) {
    for (const [question, sums] of step.tails.entries()) {
      addEventBucket(sums, canary.slow[question] ?? 0, stable.slow[question] ?? 0, requests);
    }
  }
}

/** The moments of y = 1 for an unusual prediction, 0 for any other. */
function momentsOfShare({ unusual, predicted }: PredictionCounts): {
  count: number;
  mean: number;
  squares: number;
} {
  const mean = predicted === 0 ? 0 : unusual / predicted;
  return { count: predicted, mean, squares: predicted * mean * (1 - mean) };
}
