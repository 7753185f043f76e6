import type { Judged, RolloutEvent } from '../machine/events.js';
import type { Rollout } from '../machine/state.js';
import type { HeldStep, Step } from '../strategy/step.js';
import { mustBeSafeToLeave } from '../strategy/weights.js';
import { Invariant, type Violation } from './invariant.js';

/**
 * Watches every move forward: a step that is left, a promotion that begins, a promotion that is
 * done. What may do so is derived anew here, from the strategy and from what the log says of the
 * judge; of the machine it uses the phase, the step, the entry and the clock alone.
 */
export class ForwardWatch {
  /** When the current hold began: its weight was confirmed, or its shadow started. */
  #holdBeganMs: number | undefined;
  /** What the judge said last of the current entry. */
  #said: Judged | undefined;
  #foundSafe = false;

  /** @returns what an event that is in the log now violates */
  logged(before: Rollout | undefined, event: RolloutEvent, after: Rollout): readonly Violation[] {
    if (event.type === 'judged' && event.entry === before?.entry) this.#said = event;
    const violations =
      before !== undefined && isForward(before, after) ? this.#check(before, event, after) : [];
    this.#remember(before, event, after);
    return violations;
  }

  #remember(before: Rollout | undefined, event: RolloutEvent, after: Rollout): void {
    if (after.entry !== before?.entry) {
      this.#said = undefined;
      const isConfirmed = after.phase.kind === 'shadowing' && after.awaited === undefined;
      this.#holdBeganMs = isConfirmed ? after.clockMs : undefined;
    } else if (event.type === 'weights-applied' && after.awaited === undefined) {
      this.#holdBeganMs = after.clockMs;
    }
    if (before === undefined || after.step <= before.step) return;
    const left = before.strategy.steps[before.step];
    if (left?.kind !== 'shadow' && left?.kind !== 'weight') return;
    this.#foundSafe = event.type === 'judged' && event.safe;
  }

  #check(before: Rollout, event: RolloutEvent, after: Rollout): readonly Violation[] {
    const { kind } = before.phase;
    const step = before.strategy.steps[before.step];
    const unasked = {
      invariant: Invariant.NotUnasked,
      found: `${event.type} took it from ${kind}, step ${before.step}, to ${after.phase.kind}, step ${after.step}`,
    };
    switch (event.type) {
      case 'tick':
        if (kind === 'holding-back') return this.#endsHoldback(before, after, unasked);
        return isHeld(before, step) ? this.#leaves(step, before, event, after, unasked) : [unasked];
      case 'judged':
        return isHeld(before, step) && event.entry === before.entry
          ? this.#leaves(step, before, event, after, unasked)
          : [unasked];
      case 'promote-requested':
      case 'advance-requested':
        return [];
      case 'resume-requested':
        return step?.kind === 'pause' && !wasHarm(before) ? [] : [unasked];
      case 'gate-passed':
        return kind === 'at-gate' || kind === 'preparing' ? [] : [unasked];
      case 'canary-ready':
        return kind === 'preparing' ? [] : [unasked];
      case 'version-promoted':
        return kind === 'promoting' ? [] : [unasked];
      case 'submitted':
      case 'canary-failed-to-load':
      case 'gate-failed':
      case 'weights-applied':
      case 'weights-drifted':
      case 'effect-failed':
      case 'superseded':
      case 'fast-failed':
      case 'pause-requested':
      case 'weight-requested':
      case 'roll-back-requested':
      case 'abort-requested':
      case 'retry-requested':
        return [unasked];
    }
  }

  #leaves(
    step: HeldStep,
    before: Rollout,
    by: RolloutEvent,
    after: Rollout,
    unasked: Violation,
  ): readonly Violation[] {
    const said = this.#said;
    const violations: Violation[] = [];
    const heldMs = after.clockMs - (this.#holdBeganMs ?? after.clockMs);
    const requests = said?.canaryRequests ?? 0;
    if (heldMs < step.hold.minMs || requests < step.hold.requests) {
      const found = `step ${before.step} after ${heldMs} ms and ${requests} requests`;
      violations.push({ invariant: Invariant.NotEarly, found });
    }
    // The strategy's word takes the place of a safe verdict, and of a judge that looks just now.
    const strategySaysSo = step.onUndecided === 'promote' && heldMs >= step.hold.maxMs;
    const isClear = said?.verdict === 'safe' || said?.verdict === 'undecided';
    if (!isClear || said.leansToHarm || (by.type === 'tick' && !strategySaysSo)) {
      violations.push(unasked);
    }
    const isPromotion = after.phase.kind === 'promoting' || after.phase.kind === 'holding-back';
    const mustBeSafe = isPromotion || mustBeSafeToLeave(before.strategy, before.step);
    // At 100% there is nothing to compare with.
    const wasFoundSafe = step.kind === 'weight' && step.weight === 100 && this.#foundSafe;
    if (mustBeSafe && said?.safe !== true && !wasFoundSafe && !strategySaysSo) {
      const found = `step ${before.step} left on "${said?.reason ?? 'nothing'}"`;
      violations.push({ invariant: Invariant.NotBlind, found });
    }
    return violations;
  }

  #endsHoldback(before: Rollout, after: Rollout, unasked: Violation): readonly Violation[] {
    const heldMs = after.clockMs - (this.#holdBeganMs ?? after.clockMs);
    if (heldMs < (before.strategy.holdback?.forMs ?? 0)) {
      return [{ invariant: Invariant.NotEarly, found: `the holdback after ${heldMs} ms` }];
    }
    const said = this.#said;
    const isClear = said?.verdict === 'safe' || said?.verdict === 'undecided';
    return isClear && !said.leansToHarm ? [] : [unasked];
  }
}

function isForward(before: Rollout, after: Rollout): boolean {
  const becomes = (kind: Rollout['phase']['kind']): boolean =>
    after.phase.kind === kind && before.phase.kind !== kind;
  return after.step > before.step || becomes('promoting') || becomes('promoted');
}

/** Whether harm stopped it, so that going on is a promotion that somebody asks for by name. */
function wasHarm({ phase }: Rollout): boolean {
  return phase.kind === 'paused' && ['judge', 'fast-fail'].includes(phase.by.kind);
}

/** Whether the hold of this step is being served. */
export function isHeld({ phase }: Rollout, step: Step | undefined): step is HeldStep {
  return phase.kind === 'shadowing'
    ? step?.kind === 'shadow'
    : phase.kind === 'progressing' && step?.kind === 'weight';
}
