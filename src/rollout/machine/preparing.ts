import { NotifyOn, type Strategy } from '../strategy/strategy.js';
import { gateName } from '../strategy/gate.js';
import { Draft, nothing, unchanged, type Transition } from './draft.js';
import { endBeforeTraffic, startRollingBack } from './ending.js';
import type { EffectId, RolloutId } from './events.js';
import { enterNextStep } from './steps.js';
import type { Rollout } from './state.js';

/** A rollout that was just submitted: the canary is loaded. */
export function beginRollout(
  id: RolloutId,
  strategy: Strategy,
  nowMs: number,
  submittedBy: string,
): Transition {
  const blank: Rollout = {
    id,
    strategy,
    submittedAtMs: nowMs,
    submittedBy,
    phase: { kind: 'failed', atMs: nowMs, why: 'Not begun.' },
    attempt: 0,
    attemptEntry: 0,
    entry: 0,
    step: -1,
    weight: nothing,
    confirmed: nothing,
    awaited: undefined,
    shadowing: false,
    judgement: undefined,
    foundSafe: false,
    effects: 0,
    clockMs: nowMs,
  };
  return beginAttempt(blank, nowMs);
}

/** Starts from the beginning: what was measured in an earlier attempt says nothing any more. */
export function beginAttempt(rollout: Rollout, nowMs: number): Transition {
  const draft = new Draft(rollout);
  const effect = draft.issue({ type: 'load-canary' });
  draft.notify(NotifyOn.Started, `The rollout of ${rollout.strategy.model} began.`);
  const entry = rollout.entry + 1;
  return draft.done(nowMs, {
    phase: { kind: 'preparing', effect },
    attempt: rollout.attempt + 1,
    attemptEntry: entry,
    entry,
    step: -1,
    weight: nothing,
    confirmed: nothing,
    awaited: undefined,
    shadowing: false,
    judgement: undefined,
    foundSafe: false,
  });
}

/** The canary is loaded and warm: the first gate, or the first step. */
export function canaryReady(rollout: Rollout, nowMs: number, effect: EffectId): Transition {
  const { phase } = rollout;
  if (phase.kind !== 'preparing' || phase.effect !== effect || phase.gate !== undefined) {
    return unchanged(rollout);
  }
  return runGateOrStart(rollout, nowMs, 0);
}

export function canaryFailedToLoad(
  rollout: Rollout,
  nowMs: number,
  effect: EffectId,
  reason: string,
): Transition {
  const { phase } = rollout;
  if (phase.kind !== 'preparing' || phase.effect !== effect) return unchanged(rollout);
  return endBeforeTraffic(rollout, nowMs, `The canary could not be loaded: ${reason}`);
}

/** A gate said yes: before the traffic the next one follows, among the steps the next step. */
export function gatePassed(
  rollout: Rollout,
  nowMs: number,
  effect: EffectId,
  reason: string,
): Transition {
  const { phase } = rollout;
  if (phase.kind === 'preparing' && phase.effect === effect && phase.gate !== undefined) {
    return runGateOrStart(rollout, nowMs, phase.gate + 1);
  }
  if (phase.kind === 'at-gate' && phase.effect === effect) {
    return enterNextStep(rollout, nowMs, { kind: 'strategy' }, reason);
  }
  return unchanged(rollout);
}

/** A gate said no, or could not be asked. */
export function gateFailed(
  rollout: Rollout,
  nowMs: number,
  effect: EffectId,
  reason: string,
): Transition {
  const { phase, strategy } = rollout;
  if (phase.kind === 'preparing' && phase.effect === effect && phase.gate !== undefined) {
    const gate = strategy.gates[phase.gate];
    const name = gate === undefined ? 'A gate' : `The gate ${gateName(gate)}`;
    return endBeforeTraffic(rollout, nowMs, `${name} failed: ${reason}`);
  }
  if (phase.kind !== 'at-gate' || phase.effect !== effect) return unchanged(rollout);
  const step = strategy.steps[rollout.step];
  const name = step?.kind === 'gate' ? gateName(step.gate) : 'of this step';
  const why = `The gate ${name} failed: ${reason}`;
  return startRollingBack(rollout, nowMs, { kind: 'gate', name }, why);
}

function runGateOrStart(rollout: Rollout, nowMs: number, index: number): Transition {
  const gate = rollout.strategy.gates[index];
  if (gate === undefined) {
    return enterNextStep(rollout, nowMs, { kind: 'strategy' }, 'The canary is ready.');
  }
  const draft = new Draft(rollout);
  const effect = draft.issue({ type: 'run-gate', gate });
  return draft.done(nowMs, { phase: { kind: 'preparing', effect, gate: index } });
}
