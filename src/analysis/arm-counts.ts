import { hashOfText } from '../domain/hash-of-text.js';
import { Outcome, type Observation } from '../domain/observation.js';
import type { ArmSummary } from '../domain/summary.js';
import { addToMoments, mergeMoments, noMoments, type Moments } from '../stats/moments.js';
import { QuantileSketch } from '../stats/sketch.js';
import type { BucketFrame } from './bucket-frame.js';
import { GroupCounts, groupOf } from './group-counts.js';
import { PredictionCounts } from './prediction-counts.js';
import { tailQuestionCount } from './tail-questions.js';

/** One arm's requests in one bucket: what an ArmSummary holds, open for recording. */
export class ArmCounts {
  requests = 0;
  /** When the last answer was there; −Infinity where that is not known. */
  lastAtMs = -Infinity;
  errors = 0;
  timeouts = 0;
  logLatency: Moments = noMoments();
  readonly latency = new QuantileSketch();
  readonly slow = new Array<number>(tailQuestionCount).fill(0);
  readonly predictions: PredictionCounts;
  readonly groups: GroupCounts | undefined;

  constructor(frame: BucketFrame, summary?: ArmSummary) {
    this.predictions =
      summary === undefined
        ? new PredictionCounts(frame)
        : PredictionCounts.fromSummary(summary.predictions, frame);
    this.groups = frame.sticky ? new GroupCounts(summary?.groups) : undefined;
    if (summary === undefined) return;
    this.requests = summary.requests;
    this.lastAtMs = summary.lastAtMs ?? -Infinity;
    this.errors = summary.errors;
    this.timeouts = summary.timeouts;
    this.logLatency = { ...summary.logLatency };
    this.latency.merge(QuantileSketch.fromSummary(summary.latency));
    for (const [question, count] of summary.slow.entries()) this.slow[question] = count;
  }

  /**
   * Counts one request, which has been checked.
   * @param thresholds logarithms of the latency above which it is slow, one a tail question
   */
  record(
    observation: Observation,
    frame: BucketFrame,
    thresholds: readonly number[] | undefined,
  ): void {
    const { latencyMs, startedAtMs, outcome, prediction } = observation;
    const failed = outcome !== Outcome.Ok;
    this.requests += 1;
    this.lastAtMs = Math.max(this.lastAtMs, startedAtMs + latencyMs);
    if (failed) this.errors += 1;
    if (outcome === Outcome.Timeout) this.timeouts += 1;
    const logLatency = Math.log(Math.max(latencyMs, frame.latencyFloorMs));
    addToMoments(this.logLatency, logLatency);
    this.latency.add(latencyMs);
    const slow = thresholds !== undefined && this.#countSlow(logLatency, thresholds);
    const unusual = prediction !== undefined && this.predictions.record(prediction, frame);
    const groups = this.groups;
    if (groups === undefined) return;
    const { stickyHash, requestId } = observation;
    // Without a key the request is its own user, whichever collector sees it.
    const group = groupOf(stickyHash ?? hashOfText(requestId));
    add(groups.requests, group, 1);
    add(groups.logLatency, group, logLatency);
    if (failed) add(groups.errors, group, 1);
    if (slow) add(groups.slow, group, 1);
    if (prediction !== undefined) add(groups.predicted, group, 1);
    if (unusual) add(groups.unusual, group, 1);
  }

  merge(other: ArmCounts): void {
    this.requests += other.requests;
    this.lastAtMs = Math.max(this.lastAtMs, other.lastAtMs);
    this.errors += other.errors;
    this.timeouts += other.timeouts;
    this.logLatency = mergeMoments(this.logLatency, other.logLatency);
    this.latency.merge(other.latency);
    for (const [question, count] of other.slow.entries()) {
      this.slow[question] = (this.slow[question] ?? 0) + count;
    }
    this.predictions.merge(other.predictions);
    if (other.groups !== undefined) this.groups?.merge(other.groups);
  }

  toSummary(): ArmSummary {
    return {
      requests: this.requests,
      ...(this.lastAtMs === -Infinity ? {} : { lastAtMs: this.lastAtMs }),
      errors: this.errors,
      timeouts: this.timeouts,
      logLatency: { ...this.logLatency },
      latency: this.latency.toSummary(),
      slow: [...this.slow],
      predictions: this.predictions.toSummary(),
      ...(this.groups === undefined ? {} : { groups: this.groups.toSummary() }),
    };
  }

  /** @returns whether the request is slow by the first question */
  #countSlow(logLatency: number, thresholds: readonly number[]): boolean {
    for (let question = 0; question < tailQuestionCount; question += 1) {
      if (logLatency > (thresholds[question] ?? Infinity)) {
        this.slow[question] = (this.slow[question] ?? 0) + 1;
      }
    }
    return logLatency > (thresholds[0] ?? Infinity);
  }
}

function add(sums: Float64Array, group: number, amount: number): void {
  sums[group] = (sums[group] ?? 0) + amount;
}
