import { Arm } from '../domain/arm.js';
import type { Observation } from '../domain/observation.js';
import type { BucketSummary } from '../domain/summary.js';
import { refuse } from '../stats/require.js';
import { ArmCounts } from './arm-counts.js';
import { frameOfSummary, summaryOfFrame, type BucketFrame } from './bucket-frame.js';

/** One bucket of time in which both arms served, open for recording. */
export class Bucket {
  readonly stable: ArmCounts;
  readonly canary: ArmCounts;

  constructor(
    readonly frame: BucketFrame,
    summary?: BucketSummary,
  ) {
    this.stable = new ArmCounts(frame, summary?.stable);
    this.canary = new ArmCounts(frame, summary?.canary);
  }

  /** Counts one request, which has been checked. */
  record(observation: Observation): void {
    const frame = this.frame;
    if (observation.arm === Arm.Canary) this.canary.record(observation, frame, frame.slowCanary);
    else this.stable.record(observation, frame, frame.slowStable);
  }

  /**
   * Adds what another collector counted in the same bucket.
   * @throws SerinError `invalid-statistics-input` when it counted by another frame
   */
  merge(other: Bucket): void {
    const countedBy = (bucket: Bucket): string =>
      JSON.stringify({ ...summaryOfFrame(bucket.frame), openedAtMs: 0 });
    if (countedBy(this) !== countedBy(other)) {
      refuse('a bucket that was counted by the same frame', 'another');
    }
    this.stable.merge(other.stable);
    this.canary.merge(other.canary);
  }

  /** Whether it may close: both arms have enough requests, and it is old enough. */
  isFull(nowMs: number, rule: { requestsPerArm: number; durationMs: number }): boolean {
    return (
      nowMs - this.frame.openedAtMs >= rule.durationMs &&
      this.canary.requests >= rule.requestsPerArm &&
      this.stable.requests >= rule.requestsPerArm
    );
  }

  toSummary(): BucketSummary {
    return {
      version: 1,
      frame: summaryOfFrame(this.frame),
      stable: this.stable.toSummary(),
      canary: this.canary.toSummary(),
    };
  }

  /** @throws SerinError `invalid-statistics-input` for another version */
  static fromSummary(summary: BucketSummary): Bucket {
    if ((summary.version as number) !== 1) refuse('a bucket of version 1', summary.version);
    return new Bucket(frameOfSummary(summary.frame), summary);
  }
}
