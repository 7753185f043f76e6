import { NotifyOn } from '../strategy/strategy.js';
import { Draft, nothing, type Transition } from './draft.js';
import type { Cause, Phase, Rollout } from './state.js';

/** Decided: the canary is to become stable. */
export function startPromoting(
  rollout: Rollout,
  nowMs: number,
  by: Cause,
  why: string,
): Transition {
  const draft = new Draft(rollout);
  draft.stopShadow();
  const effect = draft.issue({ type: 'promote-version', which: 'canary' });
  const phase = { kind: 'promoting', effect, by, why } as const;
  return draft.done(nowMs, { phase, awaited: undefined, shadowing: false });
}

/** The canary is stable now; the old stable stays for a while. */
export function finishPromoting(
  rollout: Rollout,
  nowMs: number,
  { by, why }: Extract<Phase, { kind: 'promoting' }>,
): Transition {
  const draft = new Draft(rollout);
  const { keepWarmMs } = rollout.strategy;
  const untilMs = nowMs + keepWarmMs;
  if (keepWarmMs > 0) draft.issue({ type: 'keep-warm', untilMs });
  else draft.issue({ type: 'unload-version', which: 'previous' });
  draft.notify(NotifyOn.Promoted, why);
  const warm = keepWarmMs > 0 ? { warmUntilMs: untilMs } : {};
  const phase = { kind: 'promoted', atMs: nowMs, by, why, ...warm } as const;
  return draft.done(nowMs, { phase, weight: nothing, confirmed: nothing });
}

/** The old stable is not needed any more: going back is not possible from here. */
export function letPreviousGo(rollout: Rollout, nowMs: number): Transition {
  const { phase } = rollout;
  if (phase.kind !== 'promoted' || phase.warmUntilMs === undefined) return [rollout, []];
  const draft = new Draft(rollout);
  draft.issue({ type: 'unload-version', which: 'previous' });
  const { kind, atMs, by, why } = phase;
  return draft.done(nowMs, { phase: { kind, atMs, by, why } });
}

/**
 * Takes the canary everything. Where it may be stable already (promoting, promoted), the old stable
 * is made stable again, with all traffic, whether or not the promotion had come through.
 */
export function startRollingBack(
  rollout: Rollout,
  nowMs: number,
  by: Cause,
  why: string,
  then: 'rolled-back' | 'aborted' = 'rolled-back',
): Transition {
  const draft = new Draft(rollout);
  const restores = rollout.phase.kind === 'promoting' || rollout.phase.kind === 'promoted';
  const entry = rollout.entry + 1;
  // Before the effect that is waited for: effects of the traffic come one after the other, so that
  // a roll-back is confirmed only when the copies have stopped, too.
  draft.stopShadow();
  const effect = restores
    ? draft.issue({ type: 'promote-version', which: 'previous' })
    : draft.issue({ type: 'set-weights', weight: nothing, entry });
  const phase = { kind: 'rolling-back', effect, restores, then, by, why } as const;
  const awaited = restores ? undefined : effect;
  return draft.done(nowMs, {
    phase,
    entry,
    weight: nothing,
    awaited,
    shadowing: false,
    judgement: undefined,
  });
}

/** Nothing goes to the canary any more. */
export function finishRollingBack(
  rollout: Rollout,
  nowMs: number,
  { by, why, then }: Extract<Phase, { kind: 'rolling-back' }>,
): Transition {
  const draft = new Draft(rollout);
  draft.issue({ type: 'unload-version', which: 'canary' });
  draft.notify(then === 'aborted' ? NotifyOn.Aborted : NotifyOn.RolledBack, why);
  const ended = { atMs: nowMs, by, why };
  const coolDownUntilMs = nowMs + rollout.strategy.coolDownMs;
  const phase: Phase =
    then === 'aborted'
      ? { kind: 'aborted', ...ended }
      : { kind: 'rolled-back', ...ended, coolDownUntilMs };
  return draft.done(nowMs, { phase, confirmed: nothing, awaited: undefined });
}

/** Ends a rollout whose canary never had any traffic. */
export function endBeforeTraffic(
  rollout: Rollout,
  nowMs: number,
  why: string,
  abortedBy?: Cause,
): Transition {
  const draft = new Draft(rollout);
  draft.issue({ type: 'unload-version', which: 'canary' });
  draft.notify(abortedBy === undefined ? NotifyOn.Failed : NotifyOn.Aborted, why);
  const phase: Phase =
    abortedBy === undefined
      ? { kind: 'failed', atMs: nowMs, why }
      : { kind: 'aborted', atMs: nowMs, by: abortedBy, why };
  return draft.done(nowMs, { phase });
}

/** Waits for a person, at the weight that is in force: a raise that is under way is taken back. */
export function pauseAndLower(rollout: Rollout, nowMs: number, by: Cause, why: string): Transition {
  const { weight, confirmed, awaited } = rollout;
  const [paused, notices] = pause(rollout, nowMs, by, why);
  if (awaited === undefined || weight <= confirmed) return [paused, notices];
  const [lowered, effects] = lowerToConfirmed(paused, nowMs);
  return [lowered, [...notices, ...effects]];
}

/** Of a rollout that waits: what was to be raised is as it was again. */
export function lowerToConfirmed(paused: Rollout, nowMs: number): Transition {
  const draft = new Draft(paused);
  const { confirmed: weight } = paused;
  const entry = paused.entry + 1;
  const awaited = draft.issue({ type: 'set-weights', weight, entry });
  return draft.done(nowMs, { weight, awaited, entry, judgement: undefined });
}

/** Waits for a person, at the weight that it has. */
export function pause(rollout: Rollout, nowMs: number, by: Cause, why: string): Transition {
  const draft = new Draft(rollout);
  draft.stopShadow();
  draft.notify(NotifyOn.Paused, why);
  const phase = { kind: 'paused', by, why, sinceMs: nowMs } as const;
  return draft.done(nowMs, { phase, shadowing: false });
}
