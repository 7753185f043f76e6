import { holdSinceMs } from '../machine/judging.js';
import type { Rollout } from '../machine/state.js';
import { isHeld, isHeldForPerson, type HeldStep, type Step } from '../strategy/step.js';

/** How long a rollout will go on, without pauses and gates. */
export interface TimeLeft {
  readonly atLeastMs: number;
  readonly atMostMs: number;
}

/**
 * Until the last step, or the holdback, is over; undefined where it does not go on by itself. The
 * requests that steps ask for take their time, too: as long as they take at the canary's present rate.
 * @param canaryRequests of the current step so far; undefined where they are not measured
 */
export function timeLeft(
  rollout: Rollout,
  nowMs: number,
  canaryRequests?: number,
): TimeLeft | undefined {
  const { phase, strategy, step } = rollout;
  if (phase.kind === 'holding-back') {
    const left = Math.max(0, (phase.sinceMs ?? nowMs) + (strategy.holdback?.forMs ?? 0) - nowMs);
    return { atLeastMs: left, atMostMs: left };
  }
  if (!['preparing', 'shadowing', 'progressing', 'at-gate'].includes(phase.kind)) return undefined;
  if (isHeldForPerson(strategy.steps, step)) return undefined;
  const servedMs = nowMs - (holdSinceMs(rollout) ?? nowMs);
  const isInStep = phase.kind === 'shadowing' || phase.kind === 'progressing';
  const rate = isInStep ? ratePerPercent(strategy.steps[step], servedMs, canaryRequests) : 0;
  const total = { atLeastMs: strategy.holdback?.forMs ?? 0, atMostMs: 0 };
  total.atMostMs = total.atLeastMs;
  for (const [i, held] of strategy.steps.entries()) {
    if (i < step || !isHeld(held)) continue;
    const isCurrent = isInStep && i === step;
    const { minMs, maxMs, requests } = held.hold;
    const atMostMs = Math.max(0, maxMs - (isCurrent ? servedMs : 0));
    const minLeftMs = Math.max(0, minMs - (isCurrent ? servedMs : 0));
    const missing = Math.max(0, requests - (isCurrent ? (canaryRequests ?? 0) : 0));
    const requestsMs = rate === 0 ? 0 : missing / (rate * percentOf(held));
    total.atLeastMs += Math.min(atMostMs, Math.max(minLeftMs, requestsMs));
    total.atMostMs += atMostMs;
  }
  return { atLeastMs: Math.round(total.atLeastMs), atMostMs: total.atMostMs };
}

/** Canary's requests a millisecond for each percent that it takes; 0 where it is not known. */
function ratePerPercent(
  step: Step | undefined,
  servedMs: number,
  canaryRequests: number | undefined,
): number {
  if (step === undefined || !isHeld(step) || canaryRequests === undefined) return 0;
  const percent = percentOf(step);
  return servedMs <= 0 || percent === 0 ? 0 : canaryRequests / servedMs / percent;
}

function percentOf(step: HeldStep): number {
  return step.kind === 'shadow' ? step.percent : step.weight;
}
