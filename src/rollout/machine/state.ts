import type { Percent } from '../../domain/share.js';
import type { Strategy } from '../strategy/strategy.js';
import type { EffectId, RolloutId, VerdictKind } from './events.js';

/*
 * The phases of a rollout, and what moves it from one to the next. docs/design/rollout-machine.md
 * shows the same as a table, with the reasons.
 *
 * preparing      The canary is loaded and warmed up, then the strategy's gates run, one after the
 *                other. No traffic. All passed → the first step. Anything fails → failed.
 * shadowing      A shadow step: copies of requests go to the canary. Served and nothing leans to
 *                harm → the next step. Time up → what `onUndecided` says.
 * progressing    A weight step: the canary has its weight. Its hold counts from when the router
 *                confirmed the weight. Served and nothing leans to harm (in the last step with two
 *                arms: and found safe) → the next step, or the end. Time up → `onUndecided`.
 * at-gate        A gate step: something outside must say yes. Passed → the next step. Failed →
 *                rolling back. The weight stays, and the judge goes on looking.
 * paused         Waits for a person, at the weight it has. By a person, by a pause step, or by the
 *                machine (undecided, or a router that refused a weight). Resumed → the step begins
 *                again; a pause step is over.
 * holding-back   Decided, but a share stays on the old stable for a while, to compare with. Time
 *                served → promoting. Leaning to harm then → paused.
 * promoting      The canary is being made the stable version. Done → promoted.
 * promoted       Ended well. While the old stable is kept warm, a person can go back to it at once.
 * rolling-back   The canary is being taken everything. Confirmed → rolled-back, or aborted.
 * rolled-back    Ended badly: harm, a fast-fail rule, a gate, a person, or undecided. The same
 *                canary is refused until the cool-down is over.
 * failed         Ended before any traffic: the canary did not load, or a gate failed.
 * aborted        Ended by a person who does not want to say that the canary was bad.
 *
 * From shadowing, progressing, at-gate, paused, holding-back and promoting, harm and the fast-fail
 * rules lead to rolling-back at once; where the strategy leaves it to a person (`onHarm`), to paused,
 * but not from promoting. From rolled-back, failed and aborted a person can retry.
 */
export type Phase =
  | {
      readonly kind: 'preparing';
      /** The effect whose answer is waited for. */
      readonly effect: EffectId;
      /** The gate that runs; absent while the canary is loaded. */
      readonly gate?: number;
    }
  | {
      readonly kind: 'shadowing';
      /** When the hold began; absent while the router is still to confirm 0%. */
      readonly sinceMs?: number;
      /** The effect that started the shadow. */
      readonly effect: EffectId;
    }
  | {
      readonly kind: 'progressing';
      /** When the router confirmed the weight; absent until then. */
      readonly sinceMs?: number;
    }
  | { readonly kind: 'at-gate'; readonly effect: EffectId }
  | {
      readonly kind: 'paused';
      readonly by: Cause;
      readonly why: string;
      readonly sinceMs: number;
    }
  | { readonly kind: 'holding-back'; readonly sinceMs?: number }
  | {
      readonly kind: 'promoting';
      readonly effect: EffectId;
      readonly by: Cause;
      readonly why: string;
    }
  | {
      readonly kind: 'promoted';
      readonly atMs: number;
      readonly by: Cause;
      readonly why: string;
      /** Absent when the old stable is not kept any more. */
      readonly warmUntilMs?: number;
    }
  | {
      readonly kind: 'rolling-back';
      readonly effect: EffectId;
      /** Whether the canary may be stable already, so that the old stable must be made it again. */
      readonly restores: boolean;
      readonly then: 'rolled-back' | 'aborted';
      readonly by: Cause;
      readonly why: string;
    }
  | {
      readonly kind: 'rolled-back';
      readonly atMs: number;
      readonly by: Cause;
      readonly why: string;
      readonly coolDownUntilMs: number;
    }
  | { readonly kind: 'failed'; readonly atMs: number; readonly why: string }
  | {
      readonly kind: 'aborted';
      readonly atMs: number;
      readonly by: Cause;
      readonly why: string;
    };

/** Who or what moved a rollout. */
export type Cause =
  | { readonly kind: 'person'; readonly name: string }
  | { readonly kind: 'strategy' }
  | { readonly kind: 'judge' }
  | { readonly kind: 'fast-fail'; readonly rule: string }
  | { readonly kind: 'gate'; readonly name: string }
  | { readonly kind: 'undecided' }
  | { readonly kind: 'effect' };

/** What the judge said last of the current entry; changed only when its opinion changes. */
export interface Judgement {
  readonly verdict: VerdictKind;
  readonly leansToHarm: boolean;
  readonly safe: boolean;
  /** Whether the canary has had the requests that the step asks for. */
  readonly requestsServed: boolean;
  readonly reason: string;
}

/** A rollout, as its events leave it. Plain JSON. */
export interface Rollout {
  readonly id: RolloutId;
  readonly strategy: Strategy;
  readonly submittedAtMs: number;
  readonly submittedBy: string;
  /** It ran on another server, and is here to be looked at: nobody moves it, and it holds nothing. */
  readonly imported?: true;
  readonly phase: Phase;
  /** 1, and one more for every retry. */
  readonly attempt: number;
  /** The first entry of this attempt: what was measured before says nothing of it. */
  readonly attemptEntry: number;
  /** Counts how often a measured stretch began: a step entered, or a weight set. */
  readonly entry: number;
  /** −1 before the first step; the number of steps when all are done. */
  readonly step: number;
  /** What the router was last told to give the canary. */
  readonly weight: Percent;
  /** What the router last confirmed. */
  readonly confirmed: Percent;
  /** The set-weights that the router has not confirmed yet; answers to older ones are out of date. */
  readonly awaited: EffectId | undefined;
  readonly shadowing: boolean;
  /** Of the current entry. */
  readonly judgement: Judgement | undefined;
  /** The judge found the canary safe in a step of this attempt that had both arms. */
  readonly foundSafe: boolean;
  /** How many effects there have been. */
  readonly effects: number;
  /** The newest time seen: a clock that goes back does not take the rollout with it. */
  readonly clockMs: number;
}
