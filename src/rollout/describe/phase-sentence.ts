import { gateName } from '../strategy/gate.js';
import { stepName } from '../machine/steps.js';
import type { Rollout } from '../machine/state.js';
import { causeName } from './cause.js';

/** What a rollout is doing, or how it ended and why: one sentence or two. */
export function phaseSentence(rollout: Rollout): string {
  const { phase, strategy, step, weight, judgement } = rollout;
  const place = `Step ${step + 1} of ${strategy.steps.length}`;
  switch (phase.kind) {
    case 'preparing': {
      const gate = phase.gate === undefined ? undefined : strategy.gates[phase.gate];
      return gate === undefined
        ? 'The canary is being loaded and warmed up; it has no traffic.'
        : `The gate ${gateName(gate)} runs; the canary has no traffic.`;
    }
    case 'shadowing':
      return `${place}: copies of requests go to the canary; no user sees its answers.${said(judgement)}`;
    case 'progressing':
      return phase.sinceMs === undefined
        ? `${place}: the router is being told to give the canary ${weight}%.`
        : `${place}: the canary has ${weight}% of the traffic.${said(judgement)}`;
    case 'at-gate':
      return `${place}: waits for ${stepName(strategy.steps[step])}; the canary keeps ${weight}%.`;
    case 'paused':
      return `Paused at ${weight}% by ${causeName(phase.by)}: ${ended(phase.why)}`;
    case 'holding-back':
      return `Decided: the canary has ${weight}%, and the rest stays on the old stable for a while.`;
    case 'promoting':
      return `The canary is being made the stable version: ${ended(phase.why)}`;
    case 'promoted':
      return `Promoted by ${causeName(phase.by)}: ${ended(phase.why)}`;
    case 'rolling-back':
      return `The canary is being taken its traffic, by ${causeName(phase.by)}: ${ended(phase.why)}`;
    case 'rolled-back':
      return `Rolled back by ${causeName(phase.by)}: ${ended(phase.why)}`;
    case 'failed':
      return `Failed before any traffic: ${ended(phase.why)}`;
    case 'aborted':
      return `Aborted by ${causeName(phase.by)}: ${ended(phase.why)}`;
  }
}

function said(judgement: Rollout['judgement']): string {
  return judgement === undefined ? '' : ` ${judgement.reason}`;
}

function ended(why: string): string {
  return /[.!?]$/.test(why) ? why : `${why}.`;
}
