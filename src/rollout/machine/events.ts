import type { RolloutId } from '../../domain/rollout-id.js';
import type { Percent } from '../../domain/share.js';
import type { Strategy } from '../strategy/strategy.js';

export type { RolloutId } from '../../domain/rollout-id.js';

/** An effect's id: the rollout's, and the effect's number in it. */
export type EffectId = string & { readonly __brand: 'EffectId' };

/** What the judge says of all checks together. */
export type VerdictKind = 'harm' | 'safe' | 'undecided' | 'unmeasurable';

/** What the judge found in one look. */
export interface Judged {
  readonly type: 'judged';
  /** The entry (of a step) that was measured; an answer about an earlier one decides only harm. */
  readonly entry: number;
  readonly verdict: VerdictKind;
  /** A check has evidence of harm, though not enough to roll back: the step is not left. */
  readonly leansToHarm: boolean;
  /** Harm larger than the tolerances is excluded. */
  readonly safe: boolean;
  /** One sentence for people. */
  readonly reason: string;
  /** Since this entry began; in a shadow step, the requests that were copied. */
  readonly canaryRequests: number;
  readonly stableRequests: number;
  /** How long it will take to a decision at this traffic, where that can be said. */
  readonly projectedMs?: number;
}

/** What rolls back without a test (DESIGN, decision 10). */
export interface FastFailed {
  readonly type: 'fast-failed';
  readonly entry: number;
  readonly rule: 'crash' | 'consecutive-failures' | 'non-finite-output' | 'memory';
  readonly reason: string;
}

/** What a person asked for. Each says who and why: the log of these is the audit log. */
export type Request = { readonly by: string; readonly why: string } & (
  | { readonly type: 'pause-requested' }
  | { readonly type: 'resume-requested' }
  /** Skips the rest of the hold. `fromStep` keeps a second click from skipping two steps. */
  | { readonly type: 'advance-requested'; readonly fromStep?: number }
  /** Sets the weight and pauses there: the machine does not exceed it until somebody resumes. */
  | { readonly type: 'weight-requested'; readonly weight: Percent }
  | { readonly type: 'promote-requested' }
  /** Also after promotion, while the old stable is kept warm. */
  | { readonly type: 'roll-back-requested' }
  | { readonly type: 'abort-requested' }
  /** Starts again from the beginning, after a roll-back, a failure or an abort. */
  | { readonly type: 'retry-requested' }
);

/** Who took a rollout over from another server, to be looked at, and when. */
export interface ImportedBy {
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** Everything that can happen to a rollout, before it was given a time. */
export type RolloutEventBody =
  | {
      readonly type: 'submitted';
      readonly strategy: Strategy;
      readonly by: string;
      readonly why: string;
      /** Only of a rollout that ran on another server. */
      readonly imported?: ImportedBy;
    }
  | { readonly type: 'canary-ready'; readonly effect: EffectId }
  | { readonly type: 'canary-failed-to-load'; readonly effect: EffectId; readonly reason: string }
  | { readonly type: 'gate-passed'; readonly effect: EffectId; readonly reason: string }
  | { readonly type: 'gate-failed'; readonly effect: EffectId; readonly reason: string }
  /** The router has these weights in force, as it was read back. */
  | { readonly type: 'weights-applied'; readonly effect: EffectId; readonly observed: Percent }
  /** The router was looked at, and has other weights in force than it was told. */
  | { readonly type: 'weights-drifted'; readonly observed: Percent }
  /** The named version is stable now, and takes all traffic. */
  | { readonly type: 'version-promoted'; readonly effect: EffectId }
  /** An effect was given up. */
  | { readonly type: 'effect-failed'; readonly effect: EffectId; readonly reason: string }
  /** Time went by. */
  | { readonly type: 'tick' }
  /** A newer rollout of the model was promoted, so that going back would undo that one. */
  | { readonly type: 'superseded'; readonly newer: RolloutId }
  | Judged
  | FastFailed
  | Request;

/**
 * One event of a rollout, as the log keeps it. `v` is the version of its form: a reader refuses one
 * that it does not know. Old forms are understood for ever (test/histories).
 */
export type RolloutEvent = RolloutEventBody & {
  readonly v: 1;
  /** Milliseconds since 1970; never before the event before. */
  readonly atMs: number;
};

export type RolloutEventType = RolloutEvent['type'];
