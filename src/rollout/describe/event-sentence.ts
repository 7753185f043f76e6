import type { RolloutEvent } from '../machine/events.js';
import type { Rollout } from '../machine/state.js';
import { stepName } from '../machine/steps.js';
import { phaseSentence } from './phase-sentence.js';

/**
 * What happened, in one sentence.
 * @param before the rollout when it happened; undefined for its first event
 * @param after the rollout as the event left it
 */
export function eventSentence(
  event: RolloutEvent,
  before: Rollout | undefined,
  after: Rollout,
): string {
  const moved = before === undefined || hasMoved(before, after);
  switch (event.type) {
    case 'submitted':
      return event.imported === undefined
        ? `${event.by} started it.`
        : `${event.by} started it, on another server; ${event.imported.by} imported it.`;
    case 'canary-ready':
      return `The canary is loaded and warm. ${phaseSentence(after)}`;
    case 'canary-failed-to-load':
      return `The canary could not be loaded: ${event.reason}`;
    case 'gate-passed':
      return `A gate passed: ${event.reason}`;
    case 'gate-failed':
      return `A gate failed: ${event.reason}`;
    case 'weights-applied':
      return `The router has ${event.observed}% in force.`;
    case 'weights-drifted':
      return `Somebody else gave the canary ${event.observed}%; it is put right.`;
    case 'version-promoted':
      return phaseSentence(after);
    case 'effect-failed':
      return `Something could not be done: ${event.reason}`;
    case 'tick':
      return moved ? phaseSentence(after) : 'Time went by.';
    case 'superseded':
      return `The newer rollout ${event.newer} was promoted; this one cannot be gone back to.`;
    case 'judged':
      return moved ? leaving(before, after, event.reason) : event.reason;
    case 'fast-failed':
      return after.phase.kind === 'rolling-back'
        ? `${event.reason} It is rolled back at once.`
        : moved
          ? phaseSentence(after)
          : event.reason;
    case 'pause-requested':
      return `${event.by} paused it: ${event.why}`;
    case 'resume-requested':
      return `${event.by} let it go on: ${event.why}`;
    case 'advance-requested':
      return `${event.by} skipped the rest of the step: ${event.why}`;
    case 'weight-requested':
      return `${event.by} set the weight to ${event.weight}%: ${event.why}`;
    case 'promote-requested':
      return `${event.by} promoted it: ${event.why}`;
    case 'roll-back-requested':
      return `${event.by} rolled it back: ${event.why}`;
    case 'abort-requested':
      return `${event.by} aborted it: ${event.why}`;
    case 'retry-requested':
      return `${event.by} started it again: ${event.why}`;
  }
}

function hasMoved(before: Rollout, after: Rollout): boolean {
  return before.phase.kind !== after.phase.kind || before.step !== after.step;
}

function leaving(before: Rollout | undefined, after: Rollout, reason: string): string {
  const isOver = before !== undefined && before.step !== after.step;
  if (!isOver || after.phase.kind === 'rolling-back') return phaseSentence(after);
  const step = capital(stepName(before.strategy.steps[before.step]));
  // The reason is part of the sentence of a phase that has one.
  const why = 'why' in after.phase ? '' : ` ${reason}`;
  return `${step} is over.${why} ${phaseSentence(after)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
