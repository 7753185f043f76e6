import type { Percent } from '../../domain/share.js';
import type { RolloutEvent } from '../machine/events.js';
import type { Rollout } from '../machine/state.js';
import { waitsFor } from '../machine/waiting.js';
import { allowedWeight, holdbackWeight } from '../strategy/weights.js';
import { ForwardWatch } from './forward-watch.js';
import { Invariant, type Violation } from './invariant.js';
import type { World } from './world.js';

/**
 * Watches one simulation. It knows the strategy, the events that are in the log, and the world; of
 * the machine it uses where it says that it is, so that a broken machine cannot excuse itself.
 */
export class Watcher {
  readonly violations: Violation[] = [];
  #logged: Rollout | undefined;
  /** A weight that a person set, until a person does something else. */
  #setByPerson: Percent | undefined;
  /** What each event of the log allowed, from the first on. */
  readonly #allowed: number[] = [];
  readonly #forward = new ForwardWatch();

  constructor(
    private readonly world: World,
    private readonly told: (violation: Violation) => void,
  ) {}

  /** An event is in the log. */
  logged(before: Rollout | undefined, event: RolloutEvent, after: Rollout): void {
    for (const violation of this.#forward.logged(before, event, after)) this.#note(violation);
    if (event.type === 'weight-requested') this.#setByPerson = event.weight;
    else if (event.type.endsWith('-requested')) this.#setByPerson = undefined;
    this.#logged = after;
    this.#allowed.push(this.#most());
  }

  /**
   * The router is about to be told this weight.
   * @param knownSequence the newest event that the controller knows: a store that has taken another
   *   one has not told it yet
   */
  beforeWeight(weight: Percent, knownSequence: number): void {
    if (weight <= this.world.weight) return;
    const most = this.#mostSince(knownSequence);
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

  /** A roll-back holds from when it is decided: what was allowed before is not any more. */
  #mostSince(knownSequence: number): number {
    const isExposed = this.#logged !== undefined && !isEnding.has(this.#logged.phase.kind);
    if (!isExposed) return this.#most();
    return Math.max(...this.#allowed.slice(Math.max(0, knownSequence - 1)));
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

  #violated(invariant: Invariant, found: string): void {
    this.#note({ invariant, found });
  }

  #note(violation: Violation): void {
    this.violations.push(violation);
    this.told(violation);
  }
}

const isEnding: ReadonlySet<Rollout['phase']['kind']> = new Set([
  'rolling-back',
  'rolled-back',
  'failed',
  'aborted',
]);
