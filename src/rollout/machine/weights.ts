import type { Percent } from '../../domain/share.js';
import { Draft, unchanged, type Transition } from './draft.js';
import {
  finishPromoting,
  finishRollingBack,
  lowerToConfirmed,
  pause,
  pauseAndLower,
} from './ending.js';
import type { EffectId } from './events.js';
import { isExposed, isPausedForHarm } from './judging.js';
import { canaryFailedToLoad, gateFailed } from './preparing.js';
import type { Phase, Rollout } from './state.js';

/** Routers round: smaller differences than this many points are none. */
const roundingPoints = 0.01;

/** Whether a router that has one weight in force has the other. */
export function sameWeight(one: Percent, other: Percent): boolean {
  return Math.abs(one - other) <= roundingPoints;
}

/** The router confirmed a weight: the hold begins, and the judge counts from here. */
export function weightsApplied(
  rollout: Rollout,
  nowMs: number,
  effect: EffectId,
  observed: Percent,
): Transition {
  if (effect !== rollout.awaited) return unchanged(rollout);
  if (!sameWeight(observed, rollout.weight)) {
    const reason = `it has ${observed}% in force`;
    return weightFailed({ ...rollout, confirmed: observed }, nowMs, effect, reason);
  }
  const { phase, entry, step, weight, shadowing } = rollout;
  if (phase.kind === 'rolling-back') return finishRollingBack(rollout, nowMs, phase);
  const draft = new Draft(rollout);
  draft.issue({ type: 'open-judge-step', entry, step, weight, shadow: shadowing });
  const begun =
    phase.kind === 'progressing' || phase.kind === 'holding-back' || phase.kind === 'shadowing'
      ? { phase: { ...phase, sinceMs: nowMs } }
      : {};
  return draft.done(nowMs, { ...begun, confirmed: observed, awaited: undefined });
}

/** Somebody else changed the router: it is told again, and the step is measured anew. */
export function weightsDrifted(rollout: Rollout, nowMs: number, observed: Percent): Transition {
  const { phase, weight, awaited } = rollout;
  const mine =
    (isExposed(rollout) && phase.kind !== 'promoting') ||
    (phase.kind === 'rolling-back' && !phase.restores);
  // While an answer is awaited, the effect that brings it is still being carried out.
  if (!mine || sameWeight(observed, weight) || awaited !== undefined) return unchanged(rollout);
  return setAgain({ ...rollout, confirmed: observed }, nowMs);
}

/** A version became stable: the canary, or in a roll-back the stable of before. */
export function versionPromoted(rollout: Rollout, nowMs: number, effect: EffectId): Transition {
  const { phase } = rollout;
  if (phase.kind === 'promoting' && phase.effect === effect) {
    return finishPromoting(rollout, nowMs, phase);
  }
  if (phase.kind === 'rolling-back' && phase.restores && phase.effect === effect) {
    return finishRollingBack(rollout, nowMs, phase);
  }
  return unchanged(rollout);
}

/** An effect was given up: what it was for cannot go on. */
export function effectFailed(
  rollout: Rollout,
  nowMs: number,
  effect: EffectId,
  reason: string,
): Transition {
  const { phase } = rollout;
  switch (phase.kind) {
    case 'preparing':
      return phase.gate === undefined
        ? canaryFailedToLoad(rollout, nowMs, effect, reason)
        : gateFailed(rollout, nowMs, effect, reason);
    case 'at-gate':
      if (effect === phase.effect) return gateFailed(rollout, nowMs, effect, reason);
      return weightFailed(rollout, nowMs, effect, reason);
    case 'shadowing':
      if (effect !== phase.effect) return weightFailed(rollout, nowMs, effect, reason);
      return pause(
        rollout,
        nowMs,
        { kind: 'effect' },
        `The shadow could not be started: ${reason}`,
      );
    case 'progressing':
    case 'paused':
    case 'holding-back':
    case 'rolling-back':
      return phase.kind === 'rolling-back' && phase.restores && effect === phase.effect
        ? promoteAgain(rollout, nowMs, phase, 'previous')
        : weightFailed(rollout, nowMs, effect, reason);
    case 'promoting':
      return effect === phase.effect
        ? promoteAgain(rollout, nowMs, phase, 'canary')
        : unchanged(rollout);
    case 'promoted':
    case 'rolled-back':
    case 'failed':
    case 'aborted':
      return unchanged(rollout);
  }
}

/** A weight that was to be raised stays as it was, and a person is asked; one to be lowered must be. */
function weightFailed(
  rollout: Rollout,
  nowMs: number,
  effect: EffectId,
  reason: string,
): Transition {
  const { weight, confirmed, awaited } = rollout;
  if (effect !== awaited) return unchanged(rollout);
  if (weight <= confirmed) return setAgain(rollout, nowMs);
  // That it is harm matters more, and decides what resuming means.
  if (isPausedForHarm(rollout.phase)) return lowerToConfirmed(rollout, nowMs);
  const why = `The router did not take ${weight}%: ${reason}`;
  return pauseAndLower(rollout, nowMs, { kind: 'effect' }, why);
}

function setAgain(rollout: Rollout, nowMs: number): Transition {
  const draft = new Draft(rollout);
  const { phase } = rollout;
  const entry = rollout.entry + 1;
  const awaited = draft.issue({ type: 'set-weights', weight: rollout.weight, entry });
  return draft.done(nowMs, {
    phase: begunAgain(phase, awaited),
    awaited,
    entry,
    judgement: undefined,
  });
}

/** The phase without what had begun when the weight was confirmed. */
function begunAgain(phase: Phase, awaited: EffectId): Phase {
  switch (phase.kind) {
    case 'progressing':
    case 'holding-back':
      return { kind: phase.kind };
    case 'shadowing':
      return { kind: phase.kind, effect: phase.effect };
    case 'rolling-back':
      return { ...phase, effect: awaited };
    case 'preparing':
    case 'at-gate':
    case 'paused':
    case 'promoting':
    case 'promoted':
    case 'rolled-back':
    case 'failed':
    case 'aborted':
      return phase;
  }
}

function promoteAgain(
  rollout: Rollout,
  nowMs: number,
  phase: Extract<Phase, { kind: 'promoting' | 'rolling-back' }>,
  which: 'canary' | 'previous',
): Transition {
  const draft = new Draft(rollout);
  const effect = draft.issue({ type: 'promote-version', which });
  return draft.done(nowMs, { phase: { ...phase, effect } });
}
