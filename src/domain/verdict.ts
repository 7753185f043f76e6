import type { CheckName, Evidence, VerdictKind } from './evidence.js';

/** A gate that has not passed yet. */
export interface MissingGate {
  readonly check: CheckName;
  /** How far its evidence has come, 0 to 1. */
  readonly progress: number;
  /** Requests of both arms until it passes if things go on so; absent where nobody can tell. */
  readonly requestsNeeded?: number;
}

/** The requests that a judgement rests on. */
export interface JudgedRequests {
  readonly stable: number;
  readonly canary: number;
}

/** Whether the traffic is split as intended. */
export interface SplitSeen {
  /** The canary's share that the steps intended, and that was seen, over all of them: 0 to 1. */
  readonly intended: number;
  readonly seen: number;
  readonly logE: number;
  readonly wrong: boolean;
}

/** What the judge says of a rollout at one moment. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly atMs: number;
  /** In one sentence, for people. */
  readonly sentence: string;
  /** The sentences of the checks that decided it, the weightiest first. */
  readonly reasons: readonly string[];
  readonly evidence: readonly Evidence[];
  /** ln Σ w E of harm, over all checks. */
  readonly harmLogE: number;
  /** The anytime-valid p-value: min(1, 1/the largest evidence so far). */
  readonly p: number;
  /** From −100 (roll back) to +100 (promote). */
  readonly meter: number;
  /** Some check has gone half the way to harm: no advance, no promotion. */
  readonly leansToHarm: boolean;
  /** Safe, in the last step, after its minimum of requests. */
  readonly mayPromote: boolean;
  /** What the gates still lack; empty once all have passed. */
  readonly missing: readonly MissingGate[];
  /** Requests of both arms until the slowest gate passes; absent where nobody can tell. */
  readonly requestsNeeded?: number;
  /** What can be told where that cannot: until those gates pass that have evidence. */
  readonly requestsNeededAtLeast?: number;
  /** In the current step, seen so far, judged or not. */
  readonly step: JudgedRequests & {
    readonly index: number;
    readonly share: number;
    /** Those of the canary that are in closed buckets. */
    readonly canaryJudged: number;
  };
  /** In closed buckets, over all steps. */
  readonly judged: JudgedRequests;
  readonly split: SplitSeen;
}
