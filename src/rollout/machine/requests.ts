import { Draft, unchanged, type Transition } from './draft.js';
import { endBeforeTraffic, pause, startPromoting, startRollingBack } from './ending.js';
import type { Request } from './events.js';
import { isExposed, isPausedForHarm } from './judging.js';
import { beginAttempt } from './preparing.js';
import { enterStep, stepName } from './steps.js';
import type { Cause, Rollout } from './state.js';

/** Does what a person asked for, where that is possible; otherwise nothing. */
export function requested(rollout: Rollout, nowMs: number, request: Request): Transition {
  if (whyNot(rollout, request, nowMs) !== undefined) return unchanged(rollout);
  const by: Cause = { kind: 'person', name: request.by };
  const why = request.why;
  switch (request.type) {
    case 'pause-requested':
      return pause(rollout, nowMs, by, why);
    case 'resume-requested':
      return enterStep(rollout, nowMs, stepAfterResume(rollout), by, why);
    case 'advance-requested':
      return enterStep(rollout, nowMs, rollout.step + 1, by, why);
    case 'weight-requested':
      return setWeight(rollout, nowMs, request, by);
    case 'promote-requested':
      return startPromoting(rollout, nowMs, by, why);
    case 'roll-back-requested':
      return rollout.phase.kind === 'preparing'
        ? endBeforeTraffic(rollout, nowMs, why, by)
        : startRollingBack(rollout, nowMs, by, why);
    case 'abort-requested':
      return rollout.phase.kind === 'preparing'
        ? endBeforeTraffic(rollout, nowMs, why, by)
        : startRollingBack(rollout, nowMs, by, why, 'aborted');
    case 'retry-requested':
      return beginAttempt(rollout, nowMs);
  }
}

/**
 * Why a request cannot be done now, in words for the person who asked.
 * @returns undefined where it can
 */
export function whyNot(rollout: Rollout, request: Request, nowMs: number): string | undefined {
  const { phase, strategy, step } = rollout;
  const running = isExposed(rollout) && phase.kind !== 'promoting';
  const now = `the rollout is ${phase.kind}`;
  switch (request.type) {
    case 'pause-requested':
      if (phase.kind === 'holding-back') return 'it is decided, and only a holdback is kept';
      return running && phase.kind !== 'paused' ? undefined : now;
    case 'resume-requested':
      return phase.kind === 'paused' ? undefined : now;
    case 'advance-requested': {
      if (!running || phase.kind === 'holding-back') return now;
      const { fromStep } = request;
      if (fromStep !== undefined && fromStep !== step) {
        return `it has left step ${fromStep + 1} already, and is at step ${step + 1}`;
      }
      const isLast = strategy.steps[step + 1] === undefined;
      return isLast
        ? `${stepName(strategy.steps[step])} is the last one; promote instead`
        : undefined;
    }
    case 'weight-requested':
      return running && phase.kind !== 'holding-back' ? undefined : now;
    case 'promote-requested':
      return running ? undefined : now;
    case 'roll-back-requested':
      if (phase.kind !== 'promoted') {
        return isExposed(rollout) || phase.kind === 'preparing' ? undefined : now;
      }
      return phase.warmUntilMs === undefined
        ? 'the version before is not kept loaded any more; start a rollout of it'
        : undefined;
    case 'abort-requested':
      return running || phase.kind === 'preparing' ? undefined : now;
    case 'retry-requested':
      if (phase.kind === 'failed' || phase.kind === 'aborted') return undefined;
      if (phase.kind !== 'rolled-back') return now;
      return nowMs >= phase.coolDownUntilMs
        ? undefined
        : 'the cool-down after the roll-back is not over';
  }
}

/**
 * The same, where somebody asks: of a rollout that ran elsewhere, what was asked there was done there,
 * and nothing can be asked here.
 * @returns undefined where it can be done
 */
export function whyNotHere(rollout: Rollout, request: Request, nowMs: number): string | undefined {
  if (rollout.imported) return 'it ran on another server, and was imported to be looked at';
  return whyNot(rollout, request, nowMs);
}

/**
 * A pause step is over when somebody resumes, unless it was harm that stopped the rollout there; every
 * other step begins again where the plan stood.
 */
function stepAfterResume({ strategy, step, phase }: Rollout): number {
  return strategy.steps[step]?.kind === 'pause' && !isPausedForHarm(phase) ? step + 1 : step;
}

function setWeight(
  rollout: Rollout,
  nowMs: number,
  { weight, why }: Extract<Request, { type: 'weight-requested' }>,
  by: Cause,
): Transition {
  const draft = new Draft(rollout);
  const entry = rollout.entry + 1;
  draft.stopShadow();
  const awaited = draft.issue({ type: 'set-weights', weight, entry });
  const phase = { kind: 'paused', by, why, sinceMs: nowMs } as const;
  return draft.done(nowMs, {
    phase,
    weight,
    entry,
    awaited,
    shadowing: false,
    judgement: undefined,
  });
}
