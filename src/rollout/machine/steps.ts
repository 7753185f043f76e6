import type { Percent } from '../../domain/share.js';
import { gateName } from '../strategy/gate.js';
import type { ShadowStep, Step, WeightStep } from '../strategy/step.js';
import { NotifyOn } from '../strategy/strategy.js';
import { allowedWeight, holdbackWeight } from '../strategy/weights.js';
import { Draft, type Transition } from './draft.js';
import { startPromoting } from './ending.js';
import type { Cause, Rollout } from './state.js';

/** Goes to the next step; after the last one, to the holdback or to the promotion. */
export function enterNextStep(rollout: Rollout, nowMs: number, by: Cause, why: string): Transition {
  return enterStep(rollout, nowMs, rollout.step + 1, by, why);
}

/** Begins a step, also again: its hold starts anew, at the weight that the strategy gives it. */
export function enterStep(
  rollout: Rollout,
  nowMs: number,
  index: number,
  by: Cause,
  why: string,
): Transition {
  const step = rollout.strategy.steps[index];
  if (step === undefined) return finishSteps(rollout, nowMs, by, why);
  switch (step.kind) {
    case 'shadow':
      return enterShadow(rollout, nowMs, index, step);
    case 'weight':
      return enterWeight(rollout, nowMs, index, step);
    case 'pause':
    case 'gate':
      return enterWait(rollout, nowMs, index, step);
  }
}

function enterShadow(
  rollout: Rollout,
  nowMs: number,
  index: number,
  { percent }: ShadowStep,
): Transition {
  const draft = new Draft(rollout);
  const entry = rollout.entry + 1;
  const weight = allowedWeight(rollout.strategy, index);
  const awaited = returnToPlan(rollout, draft, weight, entry);
  const effect = draft.issue({ type: 'start-shadow', percent });
  // Where a person's weight is still being taken back, the hold begins when it is.
  const begun = awaited === undefined ? { sinceMs: nowMs } : {};
  if (awaited === undefined) {
    draft.issue({ type: 'open-judge-step', entry, step: index, weight, shadow: true });
  }
  const phase = { kind: 'shadowing', effect, ...begun } as const;
  return draft.done(nowMs, {
    phase,
    step: index,
    entry,
    weight,
    awaited,
    shadowing: true,
    judgement: undefined,
  });
}

function enterWeight(
  rollout: Rollout,
  nowMs: number,
  index: number,
  { weight }: WeightStep,
): Transition {
  const draft = new Draft(rollout);
  const entry = rollout.entry + 1;
  draft.stopShadow();
  const awaited = draft.issue({ type: 'set-weights', weight, entry });
  draft.notify(NotifyOn.Advanced, `The canary gets ${weight}% of the traffic.`);
  const phase = { kind: 'progressing' } as const;
  return draft.done(nowMs, {
    phase,
    step: index,
    entry,
    weight,
    awaited,
    shadowing: false,
    judgement: undefined,
  });
}

/** A pause or a gate: the measuring of the step before goes on, unless the weight changes. */
function enterWait(
  rollout: Rollout,
  nowMs: number,
  index: number,
  step: Exclude<Step, ShadowStep | WeightStep>,
): Transition {
  const draft = new Draft(rollout);
  const weight = allowedWeight(rollout.strategy, index);
  const entry = rollout.entry + (weight === rollout.weight ? 0 : 1);
  draft.stopShadow();
  const awaited = returnToPlan(rollout, draft, weight, entry);
  const changes = { step: index, weight, entry, awaited, shadowing: false };
  if (step.kind === 'gate') {
    const effect = draft.issue({ type: 'run-gate', gate: step.gate });
    return draft.done(nowMs, { ...changes, phase: { kind: 'at-gate', effect } });
  }
  draft.notify(NotifyOn.Paused, step.reason);
  const by = { kind: 'strategy' } as const;
  const phase = { kind: 'paused', by, why: step.reason, sinceMs: nowMs } as const;
  return draft.done(nowMs, { ...changes, phase });
}

function finishSteps(rollout: Rollout, nowMs: number, by: Cause, why: string): Transition {
  const step = rollout.strategy.steps.length;
  if (rollout.strategy.holdback === undefined) {
    return startPromoting({ ...rollout, step }, nowMs, by, why);
  }
  const draft = new Draft(rollout);
  const entry = rollout.entry + 1;
  const weight = holdbackWeight(rollout.strategy);
  const awaited = draft.issue({ type: 'set-weights', weight, entry });
  const phase = { kind: 'holding-back' } as const;
  return draft.done(nowMs, { phase, step, entry, weight, awaited, judgement: undefined });
}

/** A person may have set another weight than the plan's. */
function returnToPlan(rollout: Rollout, draft: Draft, weight: Percent, entry: number) {
  return weight === rollout.weight
    ? rollout.awaited
    : draft.issue({ type: 'set-weights', weight, entry });
}

/** A step in a few words. */
export function stepName(step: Step | undefined): string {
  switch (step?.kind) {
    case undefined:
      return 'the holdback';
    case 'shadow':
      return 'the shadow step';
    case 'weight':
      return `the step at ${step.weight}%`;
    case 'pause':
      return 'the pause';
    case 'gate':
      return `the gate ${gateName(step.gate)}`;
  }
}
