import type { Effect } from './effects.js';
import type { Rollout } from './state.js';

/**
 * Whether an effect that is still to be done is not wanted any more: something newer has taken its
 * place. Whoever runs effects asks before every try, so that a weight of yesterday, waiting for a
 * router that did not answer, is not set after the roll-back.
 */
export function isOutOfDate(rollout: Rollout, effect: Effect): boolean {
  const { phase } = rollout;
  switch (effect.type) {
    case 'load-canary':
      return phase.kind !== 'preparing' || phase.effect !== effect.id;
    case 'run-gate':
      return (phase.kind !== 'preparing' && phase.kind !== 'at-gate') || phase.effect !== effect.id;
    case 'set-weights':
      return rollout.awaited !== effect.id;
    case 'start-shadow':
      return phase.kind !== 'shadowing' || phase.effect !== effect.id;
    case 'stop-shadow':
      return rollout.shadowing;
    case 'open-judge-step':
      return rollout.entry !== effect.entry;
    case 'promote-version':
      return (
        (phase.kind !== 'promoting' && phase.kind !== 'rolling-back') || phase.effect !== effect.id
      );
    case 'unload-version':
      return effect.which === 'canary'
        ? phase.kind !== 'rolled-back' && phase.kind !== 'failed' && phase.kind !== 'aborted'
        : phase.kind !== 'promoted' || phase.warmUntilMs !== undefined;
    case 'keep-warm':
      return phase.kind !== 'promoted' || phase.warmUntilMs === undefined;
    case 'notify':
      return false;
  }
}

/**
 * Whether an effect must be tried for ever, because giving up would leave the canary more than the
 * log says, or the state of the world unknown. All others are given up after some tries, and the
 * machine is told.
 */
export function mustSucceed(rollout: Rollout, effect: Effect): boolean {
  switch (effect.type) {
    case 'set-weights':
      return effect.weight <= rollout.confirmed;
    case 'stop-shadow':
    case 'promote-version':
      return true;
    case 'load-canary':
    case 'run-gate':
    case 'start-shadow':
    case 'open-judge-step':
    case 'unload-version':
    case 'keep-warm':
    case 'notify':
      return false;
  }
}
