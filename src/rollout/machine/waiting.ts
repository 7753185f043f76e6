import { gateName } from '../strategy/gate.js';
import { isHeldForPerson } from '../strategy/step.js';
import { heldStep, holdSinceMs } from './judging.js';
import { stepName } from './steps.js';
import type { Rollout } from './state.js';

/**
 * When the machine next has something to do by the mere going by of time.
 * @returns milliseconds since 1970; undefined where no time is waited for
 */
export function wakeAtMs(rollout: Rollout): number | undefined {
  if (rollout.imported) return undefined;
  if (rollout.phase.kind === 'promoted') return rollout.phase.warmUntilMs;
  const sinceMs = holdSinceMs(rollout);
  if (sinceMs === undefined) return undefined;
  if (rollout.phase.kind === 'holding-back') {
    return sinceMs + (rollout.strategy.holdback?.forMs ?? 0);
  }
  const step = heldStep(rollout);
  return step === undefined ? undefined : sinceMs + step.hold.maxMs;
}

/**
 * What a rollout waits for, in words.
 * @returns undefined when it has ended: nothing is waited for
 */
export function waitsFor(rollout: Rollout): string | undefined {
  const { phase, strategy, weight, awaited } = rollout;
  switch (phase.kind) {
    case 'preparing': {
      const gate = phase.gate === undefined ? undefined : strategy.gates[phase.gate];
      return gate === undefined ? 'the canary to load' : `the gate ${gateName(gate)}`;
    }
    case 'shadowing':
    case 'progressing':
    case 'holding-back': {
      if (phase.sinceMs === undefined || awaited !== undefined) {
        return `the router to confirm ${weight}%`;
      }
      if (phase.kind === 'holding-back') return 'the holdback to end';
      return isHeldForPerson(strategy.steps, rollout.step)
        ? 'a person to promote or roll back'
        : `the hold of ${stepName(strategy.steps[rollout.step])}`;
    }
    case 'at-gate':
      return stepName(strategy.steps[rollout.step]);
    case 'paused':
      return 'a person to resume, promote, roll back or abort';
    case 'promoting':
      return 'the canary to become the stable version';
    case 'rolling-back':
      return phase.restores
        ? 'the version before to become stable again'
        : 'the router to confirm 0%';
    case 'promoted':
    case 'rolled-back':
    case 'failed':
    case 'aborted':
      return undefined;
  }
}

/** Whether a rollout occupies its model, so that no other can be started. */
export function isActive(rollout: Rollout): boolean {
  return waitsFor(rollout) !== undefined;
}
