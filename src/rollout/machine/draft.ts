import { toPercent } from '../../domain/share.js';
import type { NotifyOn } from '../strategy/strategy.js';
import type { Effect, EffectBody } from './effects.js';
import type { EffectId } from './events.js';
import type { Rollout } from './state.js';

/** The next state, and what is to be done; the machine carries out nothing itself. */
export type Transition = readonly [state: Rollout, effects: readonly Effect[]];

/** Nothing happens: the very same state, which callers may compare by identity. */
export function unchanged(rollout: Rollout): Transition {
  return [rollout, []];
}

/** A next state in the making: numbers the effects, so that every history gives the same ids. */
export class Draft {
  readonly #effects: Effect[] = [];

  constructor(private readonly before: Rollout) {}

  /** Adds an effect, and returns the id that its answer will carry. */
  issue(body: EffectBody): EffectId {
    const number = this.before.effects + this.#effects.length + 1;
    const id = `${this.before.id}/${number}` as EffectId;
    this.#effects.push({ ...body, id, number });
    return id;
  }

  /** Tells whom the strategy names for this. */
  notify(on: NotifyOn, reason: string): void {
    if (this.before.strategy.notify.some((target) => target.on.includes(on))) {
      this.issue({ type: 'notify', on, reason });
    }
  }

  stopShadow(): void {
    if (this.before.shadowing) this.issue({ type: 'stop-shadow' });
  }

  done(nowMs: number, changes: Partial<Rollout>): Transition {
    const effects = this.before.effects + this.#effects.length;
    return [{ ...this.before, ...changes, effects, clockMs: nowMs }, this.#effects];
  }
}

export const nothing = toPercent(0);
