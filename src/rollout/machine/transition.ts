import { unchanged, type Transition } from './draft.js';
import { letPreviousGo } from './ending.js';
import type { RolloutEvent } from './events.js';
import { fastFailed, judged, tick } from './judging.js';
import { canaryFailedToLoad, canaryReady, gateFailed, gatePassed } from './preparing.js';
import { requested } from './requests.js';
import type { Rollout } from './state.js';
import { effectFailed, versionPromoted, weightsApplied, weightsDrifted } from './weights.js';

/**
 * What an event makes of a rollout, and what is to be done then. Pure and total: an event that does
 * not fit (a duplicate, a late answer, a request that is not possible now) leaves the very same
 * state, and asks for nothing.
 *
 * Time never goes back: an event from before the newest one counts as of now.
 */
export function transition(rollout: Rollout, event: RolloutEvent): Transition {
  const nowMs = Math.max(rollout.clockMs, event.atMs);
  switch (event.type) {
    case 'submitted':
      // A rollout begins once: see fold.ts.
      return unchanged(rollout);
    case 'canary-ready':
      return canaryReady(rollout, nowMs, event.effect);
    case 'canary-failed-to-load':
      return canaryFailedToLoad(rollout, nowMs, event.effect, event.reason);
    case 'gate-passed':
      return gatePassed(rollout, nowMs, event.effect, event.reason);
    case 'gate-failed':
      return gateFailed(rollout, nowMs, event.effect, event.reason);
    case 'weights-applied':
      return weightsApplied(rollout, nowMs, event.effect, event.observed);
    case 'weights-drifted':
      return weightsDrifted(rollout, nowMs, event.observed);
    case 'version-promoted':
      return versionPromoted(rollout, nowMs, event.effect);
    case 'effect-failed':
      return effectFailed(rollout, nowMs, event.effect, event.reason);
    case 'tick':
      return tick(rollout, nowMs);
    case 'superseded':
      return letPreviousGo(rollout, nowMs);
    case 'judged':
      return judged(rollout, nowMs, event);
    case 'fast-failed':
      return fastFailed(rollout, nowMs, event);
    case 'pause-requested':
    case 'resume-requested':
    case 'advance-requested':
    case 'weight-requested':
    case 'promote-requested':
    case 'roll-back-requested':
    case 'abort-requested':
    case 'retry-requested':
      return requested(rollout, nowMs, event);
  }
}
