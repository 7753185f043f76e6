import type { RolloutEventType } from '../../src/rollout/machine/events.js';

/** The compiler sees to it that none is missing. */
const types: Readonly<Record<RolloutEventType, true>> = {
  submitted: true,
  'canary-ready': true,
  'canary-failed-to-load': true,
  'gate-passed': true,
  'gate-failed': true,
  'weights-applied': true,
  'weights-drifted': true,
  'version-promoted': true,
  'effect-failed': true,
  tick: true,
  superseded: true,
  judged: true,
  'fast-failed': true,
  'pause-requested': true,
  'resume-requested': true,
  'advance-requested': true,
  'weight-requested': true,
  'promote-requested': true,
  'roll-back-requested': true,
  'abort-requested': true,
  'retry-requested': true,
};

/** Every kind of event that a rollout knows. */
export const everyEventType = Object.keys(types) as readonly RolloutEventType[];
