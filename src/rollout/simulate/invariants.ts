import type { Percent } from '../../domain/share.js';
import type { RolloutEvent } from '../machine/events.js';
import type { Rollout } from '../machine/state.js';
import { waitsFor } from '../machine/waiting.js';
import { allowedWeight, holdbackWeight } from '../strategy/weights.js';
import type { World } from './world.js';

/** What must be true of every rollout, whatever goes wrong. */
export const Invariant = {
  NotAbove: 'the canary never gets more than the strategy allows',
  NothingAfter: 'a rolled-back canary gets no request',
  StableThere: 'stable is never empty',
  Ends: 'every started rollout ends or waits for a named thing',
  SameState: 'the state after a resume is the state without the crash',
  NotEarly: 'a step is not left before its hold is served',
  NotBlind: 'nothing is promoted that was not found safe',
  LoadedFirst: 'only a canary that is loaded is given traffic',
} as const;
export type Invariant = (typeof Invariant)[keyof typeof Invariant];

export interface Violation {
  readonly invariant: Invariant;
  readonly found: string;
}

/**
 * Watches one simulation. It knows the strategy, the events that are in the log, and the world; of
 * the machine it uses the phase and the step alone, so that a broken machine cannot excuse itself.
 */
export class Watcher {
  readonly violations: Violation[] = [];
  #logged: Rollout | undefined;
  /** A weight that a person set, until a person does something else. */
  #setByPerson: Percent | undefined;
  /** When the current hold began: its weight was confirmed, or its shadow started. */
  #holdBeganMs: number | undefined;
  #foundSafe = false;

  constructor(
    private readonly world: World,
    private readonly told: (violation: Violation) => void,
  ) {}

  /** An event is in the log. */
  logged(before: Rollout | undefined, event: RolloutEvent, after: Rollout): void {
    if (before !== undefined) this.#checkForward(before, event, after);
    if (event.type === 'weight-requested') this.#setByPerson = event.weight;
    else if (event.type.endsWith('-requested')) this.#setByPerson = undefined;
    if (after.entry !== before?.entry) {
      const isConfirmed = after.phase.kind === 'shadowing' && after.awaited === undefined;
      this.#holdBeganMs = isConfirmed ? after.clockMs : undefined;
    } else if (event.type === 'weights-applied' && after.awaited === undefined) {
      this.#holdBeganMs = after.clockMs;
    }
    this.#logged = after;
  }

  /** The router is about to be told this weight. */
  beforeWeight(weight: Percent): void {
    if (weight <= this.world.weight) return;
    const most = this.#most();
    if (weight > most) this.#violated(Invariant.NotAbove, `${weight}% where ${most}% is allowed`);
    if (!this.world.loaded.new) this.#violated(Invariant.LoadedFirst, `${weight}%`);
  }

  /** A version is about to be made stable. */
  beforePromotion(which: 'canary' | 'previous'): void {
    const kind = this.#logged?.phase.kind;
    if (which === 'canary' && kind !== 'promoting') {
      this.#violated(Invariant.NotAbove, `a promotion while the log says ${kind ?? 'nothing'}`);
    }
  }

  /** Any moment: a request may come. */
  look(): void {
    const { stable, loaded, shareOfNew, shadow, meddledWith } = this.world;
    if (!loaded[stable]) this.#violated(Invariant.StableThere, `${stable} is not loaded`);
    const kind = this.#logged?.phase.kind;
    const isOver = kind === 'rolled-back' || kind === 'aborted' || kind === 'failed';
    if (isOver && !meddledWith && (shareOfNew > 0 || shadow > 0)) {
      this.#violated(Invariant.NothingAfter, `${shareOfNew}% and a shadow of ${shadow}%`);
    }
  }

  /** The simulation is over, and nothing went wrong for long. */
  atEnd(state: Rollout): void {
    const waiting = waitsFor(state);
    if (waiting !== undefined && state.phase.kind !== 'paused') {
      this.#violated(Invariant.Ends, `it is ${state.phase.kind}, waiting for ${waiting}`);
    }
  }

  /** What a controller knows, and what the log says of it. */
  sameState(known: Rollout, logged: Rollout): void {
    if (JSON.stringify(known) === JSON.stringify(logged)) return;
    this.#violated(
      Invariant.SameState,
      `known ${JSON.stringify(known)}, logged ${JSON.stringify(logged)}`,
    );
  }

  #most(): number {
    const rollout = this.#logged;
    if (rollout === undefined) return 0;
    const { phase, strategy, step } = rollout;
    switch (phase.kind) {
      case 'shadowing':
      case 'progressing':
      case 'at-gate':
      case 'paused':
        return this.#setByPerson ?? allowedWeight(strategy, step);
      case 'holding-back':
        return holdbackWeight(strategy);
      case 'preparing':
      case 'promoting':
      case 'promoted':
      case 'rolling-back':
      case 'rolled-back':
      case 'failed':
      case 'aborted':
        return 0;
    }
  }

  /** Nothing but a person, a gate or a strategy that says so goes forward without the judge. */
  #checkForward(before: Rollout, event: RolloutEvent, after: Rollout): void {
    const isForward = after.step > before.step || after.phase.kind === 'promoting';
    if (!isForward || before.phase.kind === 'promoting') return;
    const step = before.strategy.steps[before.step];
    if (step?.kind !== 'shadow' && step?.kind !== 'weight') return;
    if (event.type !== 'judged') {
      this.#foundSafe = false;
      return;
    }
    const { minMs, maxMs, requests } = step.hold;
    const heldMs = after.clockMs - (this.#holdBeganMs ?? after.clockMs);
    if (heldMs < minMs || event.canaryRequests < requests || event.leansToHarm) {
      const found = `step ${before.step} after ${heldMs} ms and ${event.canaryRequests} requests`;
      this.#violated(Invariant.NotEarly, found);
    }
    const promotes = after.phase.kind === 'promoting' || after.phase.kind === 'holding-back';
    const asked = step.onUndecided === 'promote' && heldMs >= maxMs;
    if (promotes && !event.safe && !this.#foundSafe && !asked) {
      this.#violated(Invariant.NotBlind, `promoted on "${event.reason}"`);
    }
    this.#foundSafe = event.safe;
  }

  #violated(invariant: Invariant, found: string): void {
    const violation = { invariant, found };
    this.violations.push(violation);
    this.told(violation);
  }
}
