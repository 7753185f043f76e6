import { phaseSentence } from '../../rollout/describe/phase-sentence.js';
import { stepTitle } from '../../rollout/describe/step-title.js';
import { timeLeft } from '../../rollout/describe/time-left.js';
import type { Request } from '../../rollout/machine/events.js';
import { holdSinceMs } from '../../rollout/machine/judging.js';
import { whyNotHere } from '../../rollout/machine/requests.js';
import type { Rollout } from '../../rollout/machine/state.js';
import type { Step } from '../../rollout/strategy/step.js';
import type { RolloutPreview } from '../contract/rollout-requests.js';
import type { ActionName, RolloutBody } from '../contract/rollouts.js';
import type { MeasuredBody } from './measured.js';
import { iso, summaryOf } from './summary.js';

/** What else is known of a rollout beside its state. */
export interface Around {
  readonly sequence: number;
  readonly why: string;
  readonly nowMs: number;
  readonly measured: MeasuredBody;
  /** Of the last point of its timeline, where it is measured no more. */
  readonly lastMeter: number | undefined;
  readonly gates: RolloutBody['gates'];
}

/** Everything about one rollout. */
export function rolloutBody(rollout: Rollout, around: Around): RolloutBody {
  const { strategy, phase } = rollout;
  const { measured, nowMs } = around;
  const sinceMs = holdSinceMs(rollout);
  const left = timeLeft(rollout, nowMs, measured.verdict?.requests.canary);
  const isHere = phase.kind === 'promoted' && !rollout.imported;
  const warmUntilMs = isHere ? phase.warmUntilMs : undefined;
  return {
    ...summaryOf(rollout, { meter: around.lastMeter ?? measured.verdict?.meter ?? null, left }),
    // What the judge said at the last step would contradict what it says now, beside it.
    ...(measured.verdict === null
      ? {}
      : { sentence: phaseSentence({ ...rollout, judgement: undefined }) }),
    sequence: around.sequence,
    attempt: rollout.attempt,
    why: around.why,
    step_since: sinceMs === undefined ? null : iso(sinceMs),
    warm_until: warmUntilMs === undefined ? null : iso(warmUntilMs),
    plan: planOf(rollout),
    gates: around.gates,
    actions: actionsOf(rollout, nowMs),
    ...measured,
    strategy,
  };
}

function planOf({ strategy, step: current }: Rollout): RolloutBody['plan'] {
  return strategy.steps.map((step, i) => ({
    ...plannedStep(step),
    state: i < current ? 'done' : i === current ? 'current' : 'coming',
  }));
}

/** One step as the strategy has it. */
export function plannedStep(step: Step): RolloutPreview['steps'][number] {
  const isHeld = step.kind === 'shadow' || step.kind === 'weight';
  return {
    kind: step.kind,
    title: stepTitle(step),
    percent: step.kind === 'shadow' ? step.percent : step.kind === 'weight' ? step.weight : null,
    hold: isHeld
      ? { min_ms: step.hold.minMs, max_ms: step.hold.maxMs, requests: step.hold.requests }
      : null,
    on_undecided: isHeld ? step.onUndecided : null,
  };
}

const requestOf: Readonly<Record<ActionName, Request['type']>> = {
  pause: 'pause-requested',
  resume: 'resume-requested',
  advance: 'advance-requested',
  weight: 'weight-requested',
  promote: 'promote-requested',
  rollback: 'roll-back-requested',
  abort: 'abort-requested',
  retry: 'retry-requested',
};

function actionsOf(rollout: Rollout, nowMs: number): RolloutBody['actions'] {
  return (Object.keys(requestOf) as ActionName[]).map((name) => {
    const request = toRequest(name, { by: '', why: '', weight: rollout.weight });
    const reason = whyNotHere(rollout, request, nowMs);
    return { name, possible: reason === undefined, why_not: reason ?? null };
  });
}

/** What a person asks for, as the machine understands it. */
export function toRequest(
  name: ActionName,
  given: {
    readonly by: string;
    readonly why: string;
    readonly weight: Rollout['weight'];
    readonly fromStep?: number;
  },
): Request {
  const { by, why, weight, fromStep } = given;
  const type = requestOf[name];
  switch (type) {
    case 'weight-requested':
      return { type, by, why, weight };
    case 'advance-requested':
      return { type, by, why, ...(fromStep === undefined ? {} : { fromStep }) };
    case 'pause-requested':
    case 'resume-requested':
    case 'promote-requested':
    case 'roll-back-requested':
    case 'abort-requested':
    case 'retry-requested':
      return { type, by, why };
  }
}
