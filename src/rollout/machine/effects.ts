import type { Percent } from '../../domain/share.js';
import type { Gate } from '../strategy/gate.js';
import type { NotifyOn } from '../strategy/strategy.js';
import type { EffectId } from './events.js';

/** What the machine wants done. Doing it twice is the same as doing it once. */
export type EffectBody =
  /** Loads and warms up; answered by `canary-ready` or `canary-failed-to-load`. */
  | { readonly type: 'load-canary' }
  /** Answered by `gate-passed` or `gate-failed`. */
  | { readonly type: 'run-gate'; readonly gate: Gate }
  /** Answered by `weights-applied` when the router says that it is in force. */
  | { readonly type: 'set-weights'; readonly weight: Percent; readonly entry: number }
  | { readonly type: 'start-shadow'; readonly percent: Percent }
  | { readonly type: 'stop-shadow' }
  /** The judge counts from here: one entry of one step, at one weight. */
  | {
      readonly type: 'open-judge-step';
      readonly entry: number;
      readonly step: number;
      readonly weight: Percent;
      readonly shadow: boolean;
    }
  /**
   * Makes a version the stable one, with all traffic, in one piece: the canary, or the stable of
   * before. Answered by `version-promoted`.
   */
  | { readonly type: 'promote-version'; readonly which: 'canary' | 'previous' }
  | { readonly type: 'unload-version'; readonly which: 'canary' | 'previous' }
  /** The old stable stays loaded until then. */
  | { readonly type: 'keep-warm'; readonly untilMs: number }
  | { readonly type: 'notify'; readonly on: NotifyOn; readonly reason: string };

/**
 * One effect. Its number counts the rollout's effects, so the same history always gives the same
 * ids, and of two effects the later one is known.
 */
export type Effect = EffectBody & { readonly id: EffectId; readonly number: number };
export type EffectType = Effect['type'];
