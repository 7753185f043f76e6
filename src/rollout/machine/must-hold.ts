import type { Percent } from '../../domain/share.js';
import { isExposed } from './judging.js';
import type { Rollout } from './state.js';

/** What the world must be like for a rollout, whoever was restarted in between. */
export interface MustHold {
  /** The canary is loaded and ready. */
  readonly canaryLoaded: boolean;
  /** The canary's weight; undefined where it is not this rollout's to say. */
  readonly weight?: Percent;
  /** The share of requests that is copied; undefined: none. */
  readonly shadow?: Percent;
  /** Until when the old stable is kept loaded after promotion. */
  readonly previousWarmUntilMs?: number;
  /** The stretch that the judge measures; undefined: none. */
  readonly judging?: {
    readonly entry: number;
    readonly step: number;
    readonly weight: Percent;
    readonly shadow: boolean;
  };
}

/**
 * What must hold while a rollout is in its state. A controller that starts, and a runner or a router
 * that lost its memory, are brought there; the effects alone would not do it, since those that were
 * done are not done again.
 */
export function mustHold(rollout: Rollout): MustHold {
  if (rollout.imported) return { canaryLoaded: false };
  const { phase, strategy, step, entry, weight, shadowing: shadow } = rollout;
  if (phase.kind === 'promoted') {
    const { warmUntilMs } = phase;
    return {
      canaryLoaded: false,
      ...(warmUntilMs === undefined ? {} : { previousWarmUntilMs: warmUntilMs }),
    };
  }
  if (phase.kind === 'rolling-back') {
    return { canaryLoaded: false, ...(phase.restores ? {} : { weight }) };
  }
  if (!isExposed(rollout) || phase.kind === 'promoting') {
    // While it is being prepared, it is loaded by an effect; a gate needs it loaded.
    const atGate = phase.kind === 'preparing' && phase.gate !== undefined;
    return { canaryLoaded: phase.kind === 'promoting' || atGate };
  }
  const current = strategy.steps[step];
  return {
    canaryLoaded: true,
    weight,
    ...(shadow && current?.kind === 'shadow' ? { shadow: current.percent } : {}),
    ...(rollout.awaited === undefined ? { judging: { entry, step, weight, shadow } } : {}),
  };
}
