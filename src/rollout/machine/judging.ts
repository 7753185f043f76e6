import type { HeldStep } from '../strategy/step.js';
import { OnHarm } from '../strategy/strategy.js';
import { mustBeSafeToLeave } from '../strategy/weights.js';
import { unchanged, type Transition } from './draft.js';
import {
  endBeforeTraffic,
  letPreviousGo,
  pause,
  pauseAndLower,
  startPromoting,
  startRollingBack,
} from './ending.js';
import type { FastFailed, Judged } from './events.js';
import { enterNextStep, stepName } from './steps.js';
import type { Cause, Judgement, Rollout } from './state.js';

/** The judge looked: harm is acted on at once, and a step that was served is left. */
export function judged(rollout: Rollout, nowMs: number, event: Judged): Transition {
  if (!isExposed(rollout)) return unchanged(rollout);
  // Harm is about the canary, whichever step it was seen in; but not about an earlier attempt.
  if (event.verdict === 'harm' && event.entry >= rollout.attemptEntry) {
    return actOnHarm(rollout, nowMs, { kind: 'judge' }, event.reason);
  }
  if (event.entry !== rollout.entry) return unchanged(rollout);
  const step = heldStep(rollout);
  const judgement = judgementOf(event, step);
  const sinceMs = holdSinceMs(rollout);
  if (step !== undefined && sinceMs !== undefined) {
    const minimumServed = judgement.requestsServed && nowMs - sinceMs >= step.hold.minMs;
    if (minimumServed && mayLeave(rollout, judgement)) {
      const foundSafe = mustBeSafeToLeave(rollout.strategy, rollout.step);
      return enterNextStep({ ...rollout, foundSafe }, nowMs, { kind: 'judge' }, event.reason);
    }
    if (nowMs - sinceMs >= step.hold.maxMs) {
      return decideUndecided({ ...rollout, judgement }, nowMs, step);
    }
  }
  if (sameOpinion(rollout.judgement, judgement)) return unchanged(rollout);
  return [{ ...rollout, judgement, clockMs: nowMs }, []];
}

/** Time went by: a hold's end, a holdback's, or that of the old stable's being kept warm. */
export function tick(rollout: Rollout, nowMs: number): Transition {
  const { phase, strategy } = rollout;
  if (phase.kind === 'promoted') {
    const over = phase.warmUntilMs !== undefined && nowMs >= phase.warmUntilMs;
    return over ? letPreviousGo(rollout, nowMs) : unchanged(rollout);
  }
  const sinceMs = holdSinceMs(rollout);
  if (sinceMs === undefined) return unchanged(rollout);
  if (phase.kind === 'holding-back') {
    return nowMs - sinceMs >= (strategy.holdback?.forMs ?? 0)
      ? endHoldback(rollout, nowMs)
      : unchanged(rollout);
  }
  const step = heldStep(rollout);
  return step !== undefined && nowMs - sinceMs >= step.hold.maxMs
    ? decideUndecided(rollout, nowMs, step)
    : unchanged(rollout);
}

/** The hard floor under statistics: no test, no waiting (DESIGN, decision 10). */
export function fastFailed(rollout: Rollout, nowMs: number, event: FastFailed): Transition {
  if (event.entry < rollout.attemptEntry) return unchanged(rollout);
  if (rollout.phase.kind === 'preparing') {
    return endBeforeTraffic(rollout, nowMs, event.reason);
  }
  return isExposed(rollout)
    ? actOnHarm(rollout, nowMs, { kind: 'fast-fail', rule: event.rule }, event.reason)
    : unchanged(rollout);
}

/** Takes the canary back; or leaves that to a person, who is told once, and may have decided already. */
function actOnHarm(rollout: Rollout, nowMs: number, by: Cause, why: string): Transition {
  const { phase, strategy } = rollout;
  if (strategy.onHarm !== OnHarm.Pause) return startRollingBack(rollout, nowMs, by, why);
  return isPausedForHarm(phase) || phase.kind === 'promoting'
    ? unchanged(rollout)
    : pauseAndLower(rollout, nowMs, by, why);
}

/** Whether what was found of the canary stopped the rollout, and a person is to decide. */
export function isPausedForHarm(phase: Rollout['phase']): boolean {
  return phase.kind === 'paused' && (phase.by.kind === 'judge' || phase.by.kind === 'fast-fail');
}

/** When the hold of the current phase began; undefined where there is none, or not yet. */
export function holdSinceMs({ phase }: Rollout): number | undefined {
  switch (phase.kind) {
    case 'shadowing':
    case 'progressing':
    case 'holding-back':
      return phase.sinceMs;
    case 'preparing':
    case 'at-gate':
    case 'paused':
    case 'promoting':
    case 'promoted':
    case 'rolling-back':
    case 'rolled-back':
    case 'failed':
    case 'aborted':
      return undefined;
  }
}

/** The step whose hold is served now; undefined while waiting for something else. */
export function heldStep({ phase, step, strategy }: Rollout): HeldStep | undefined {
  const current = strategy.steps[step];
  if (phase.kind === 'shadowing' && current?.kind === 'shadow') return current;
  return phase.kind === 'progressing' && current?.kind === 'weight' ? current : undefined;
}

/** Whether the canary gets requests, or copies of them, or may get them. */
export function isExposed({ phase }: Rollout): boolean {
  switch (phase.kind) {
    case 'shadowing':
    case 'progressing':
    case 'at-gate':
    case 'paused':
    case 'holding-back':
    case 'promoting':
      return true;
    case 'preparing':
    case 'promoted':
    case 'rolling-back':
    case 'rolled-back':
    case 'failed':
    case 'aborted':
      return false;
  }
}

function judgementOf(event: Judged, step: HeldStep | undefined): Judgement {
  const { verdict, leansToHarm, safe, reason } = event;
  const requestsServed = event.canaryRequests >= (step?.hold.requests ?? 0);
  return { verdict, leansToHarm, safe, requestsServed, reason };
}

function mayLeave(rollout: Rollout, judgement: Judgement): boolean {
  if (!mayGoOn(judgement)) return false;
  if (!mustBeSafeToLeave(rollout.strategy, rollout.step)) return true;
  // At 100% there is nothing to compare with: what the step before found holds.
  return judgement.safe || (rollout.weight === 100 && rollout.foundSafe);
}

function mayGoOn({ verdict, leansToHarm }: Judgement): boolean {
  return !leansToHarm && (verdict === 'safe' || verdict === 'undecided');
}

/** The step's time is up: what the strategy says, but never on with what leans to harm. */
function decideUndecided(rollout: Rollout, nowMs: number, step: HeldStep): Transition {
  const { judgement } = rollout;
  const said = judgement?.reason ?? 'the judge has said nothing';
  const why = `The time of ${stepName(step)} is up, and it is still undecided: ${said}`;
  const by = { kind: 'undecided' } as const;
  switch (step.onUndecided) {
    case 'pause':
      return pause(rollout, nowMs, by, why);
    case 'rollback':
      return startRollingBack(rollout, nowMs, by, why);
    case 'promote':
      return judgement !== undefined && judgement.requestsServed && mayGoOn(judgement)
        ? enterNextStep(rollout, nowMs, by, why)
        : pause(rollout, nowMs, by, why);
  }
}

function endHoldback(rollout: Rollout, nowMs: number): Transition {
  const { judgement } = rollout;
  if (judgement?.leansToHarm === true) {
    const why = `The holdback is over, and it leans to harm: ${judgement.reason}`;
    return pause(rollout, nowMs, { kind: 'judge' }, why);
  }
  if (judgement === undefined || !mayGoOn(judgement)) {
    const said = judgement?.reason ?? 'the judge has said nothing';
    const why = `The holdback is over, and nothing could be told of it: ${said}`;
    return pause(rollout, nowMs, { kind: 'undecided' }, why);
  }
  return startPromoting(rollout, nowMs, { kind: 'judge' }, 'The holdback is over without harm.');
}

function sameOpinion(before: Judgement | undefined, now: Judgement): boolean {
  return (
    before !== undefined &&
    before.verdict === now.verdict &&
    before.leansToHarm === now.leansToHarm &&
    before.safe === now.safe &&
    before.requestsServed === now.requestsServed
  );
}
