import { holdSinceMs } from '../machine/judging.js';
import type { Rollout } from '../machine/state.js';
import type { HeldStep, Step } from '../strategy/step.js';

/** How long a rollout will go on, without pauses, gates and what its requests take. */
export interface TimeLeft {
  readonly atLeastMs: number;
  readonly atMostMs: number;
}

/** Until the last step, or the holdback, is over; undefined where it does not go on by itself. */
export function timeLeft(rollout: Rollout, nowMs: number): TimeLeft | undefined {
  const { phase, strategy, step } = rollout;
  if (phase.kind === 'holding-back') {
    const left = Math.max(0, (phase.sinceMs ?? nowMs) + (strategy.holdback?.forMs ?? 0) - nowMs);
    return { atLeastMs: left, atMostMs: left };
  }
  if (!['preparing', 'shadowing', 'progressing', 'at-gate'].includes(phase.kind)) return undefined;
  const servedMs = nowMs - (holdSinceMs(rollout) ?? nowMs);
  const holds = strategy.steps.slice(Math.max(0, step)).filter(isHeld);
  const isAtFirst = phase.kind === 'shadowing' || phase.kind === 'progressing';
  const sum = (of: (hold: HeldStep['hold']) => number): number =>
    holds.reduce(
      (total, { hold }, i) => total + Math.max(0, of(hold) - (isAtFirst && i === 0 ? servedMs : 0)),
      strategy.holdback?.forMs ?? 0,
    );
  return { atLeastMs: sum(({ minMs }) => minMs), atMostMs: sum(({ maxMs }) => maxMs) };
}

function isHeld(step: Step): step is HeldStep {
  return step.kind === 'shadow' || step.kind === 'weight';
}
