import type { Percent } from '../../domain/share.js';
import type { Gate } from './gate.js';

/** How long a step holds. */
export interface Hold {
  /** At least so long. */
  readonly minMs: number;
  /** After so long the strategy's `onUndecided` decides. */
  readonly maxMs: number;
  /** At least so many requests of the canary. */
  readonly requests: number;
}

/** What happens when a step's time is up and the judge is still undecided. */
export const OnUndecided = { Pause: 'pause', Promote: 'promote', Rollback: 'rollback' } as const;
export type OnUndecided = (typeof OnUndecided)[keyof typeof OnUndecided];

/** A step whose traffic the judge watches. */
interface Held {
  readonly hold: Hold;
  readonly onUndecided: OnUndecided;
}

export interface ShadowStep extends Held {
  readonly kind: 'shadow';
  /** The share of stable's requests that is copied. */
  readonly percent: Percent;
}

export interface WeightStep extends Held {
  readonly kind: 'weight';
  readonly weight: Percent;
}

/** Waits for a person; the weight stays as it is. */
export interface PauseStep {
  readonly kind: 'pause';
  readonly reason: string;
}

/** Waits for a webhook or a command; the weight stays as it is. */
export interface GateStep {
  readonly kind: 'gate';
  readonly gate: Gate;
}

export type Step = ShadowStep | WeightStep | PauseStep | GateStep;
export type HeldStep = ShadowStep | WeightStep;

/**
 * Whether a step asks for no time and no requests, and a pause comes after it: it is held for a person
 * who promotes or rolls back, and going on by itself is only going on to wait.
 */
export function isHeldForPerson(steps: readonly Step[], index: number): boolean {
  const step = steps[index];
  const asksForNothing =
    step !== undefined && isHeld(step) && step.hold.minMs === 0 && step.hold.requests === 0;
  return asksForNothing && steps[index + 1]?.kind === 'pause';
}

/** Whether the judge watches the traffic of a step until it may be left. */
export function isHeld(step: Step): step is HeldStep {
  return step.kind === 'shadow' || step.kind === 'weight';
}
