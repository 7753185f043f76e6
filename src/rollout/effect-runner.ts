import { SerinError, toSerinError } from '../domain/errors.js';
import { toPercent, type Percent } from '../domain/share.js';
import type { EffectOutcome } from '../store/event-log.js';
import { mostTries } from './back-off.js';
import { EffectLane, type LaneOwner } from './effect-lane.js';
import type { Effect, EffectBody } from './machine/effects.js';
import type { EffectId, RolloutEventBody } from './machine/events.js';
import { mustHold, type MustHold } from './machine/must-hold.js';
import { isOutOfDate, mustSucceed } from './machine/out-of-date.js';
import type { Rollout } from './machine/state.js';
import { laneOf, performEffect, type Lane } from './perform-effect.js';
import type { ControllerPorts } from './ports.js';

/** The effect that takes the canary its traffic before the log knows of it. */
const lowering = 'lowering' as EffectId;

/** Whose effects are carried out. */
export interface EffectSource {
  readonly state: Rollout;
  tell(body: RolloutEventBody): Promise<void>;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Carries out one rollout's effects, each in its lane, and tells the rollout the answers. */
export class EffectRunner implements LaneOwner {
  readonly #lanes = new Map<Lane, EffectLane>();
  /** How many roll-backs are decided that the log does not know yet. */
  #lowering = 0;
  #restoringFrom: Percent | undefined;
  /** What is done again after a restart, and who waits for it, by the effects' ids. */
  readonly #restored = new Map<EffectId, () => void>();
  #closed = false;

  constructor(
    private readonly ports: ControllerPorts,
    private readonly source: EffectSource,
  ) {}

  get isIdle(): boolean {
    return [...this.#lanes.values()].every((lane) => lane.isIdle);
  }

  carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) this.#lane(laneOf(effect)).push(effect);
  }

  /** The rollout's state changed: what waits may be out of date. */
  lookAgain(): void {
    for (const lane of this.#lanes.values()) lane.poke();
  }

  /**
   * Takes the canary its traffic at once, without waiting for the log: less than the log says is
   * always allowed. Nothing gives it any, until the decision is in the log.
   * @returns what ends it
   */
  takeTrafficNow(): () => void {
    this.#lowering++;
    if (this.#lowering === 1) {
      const { entry } = this.source.state;
      const zero = { type: 'set-weights', weight: toPercent(0), entry } as const;
      this.#lane('traffic').pushFirst({ ...zero, id: lowering, number: 0 });
    }
    return () => {
      this.#lowering--;
      this.lookAgain();
    };
  }

  /**
   * While the canary is being loaded again after a restart, it is given no more than this, which it
   * has; undefined: it is loaded.
   */
  set restoringFrom(inForce: Percent | undefined) {
    this.#restoringFrom = inForce;
    this.lookAgain();
  }

  /**
   * Does something again that had been done before a restart, as long as it must hold.
   * @returns when it is done, or need not be done any more
   */
  restore(body: EffectBody): Promise<void> {
    return new Promise((resolve) => {
      const { id } = this.source.state;
      const effectId = `${id}/restore/${body.type}` as EffectId;
      this.#restored.set(effectId, resolve);
      this.carryOut([{ ...body, id: effectId, number: 0 }]);
    });
  }

  close(): void {
    this.#closed = true;
    for (const lane of this.#lanes.values()) lane.close();
  }

  isWanted(effect: Effect): boolean {
    if (effect.id === lowering) return this.#lowering > 0;
    return this.#restored.has(effect.id)
      ? mustBeRestored(effect, mustHold(this.source.state))
      : !isOutOfDate(this.source.state, effect);
  }

  isHeld(effect: Effect): boolean {
    return (
      (this.#restoringFrom !== undefined && needsCanary(effect, this.#restoringFrom)) ||
      (this.#lowering > 0 && givesTraffic(effect))
    );
  }

  async perform(effect: Effect): Promise<void> {
    const { id, strategy, phase } = this.source.state;
    const isPromoting = phase.kind === 'promoting';
    const why = 'why' in phase ? { why: phase.why } : {};
    const of = { rolloutId: id, strategy, isPromoting, ...why };
    const answer = await performEffect(this.ports, of, effect);
    if (!this.#isOwn(effect) && answer !== undefined) await this.source.tell(answer);
    await this.#settle(effect, 'done');
  }

  async failed(effect: Effect, failures: number, thrown: unknown): Promise<boolean> {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    this.source.warn(`${effect.type} failed`, { effect: effect.id, failures, reason });
    const hopeless =
      effect.type === 'load-canary' && thrown instanceof SerinError && !thrown.retriable;
    const isLast = failures >= mostTries || hopeless;
    if (!isLast || this.#isOwn(effect)) {
      if (isLast && effect.type === 'load-canary') await this.#canaryIsLost(reason);
      return false;
    }
    if (mustSucceed(this.source.state, effect)) return false;
    const type = effect.type === 'load-canary' ? 'canary-failed-to-load' : 'effect-failed';
    await this.source.tell({ type, effect: effect.id, reason });
    await this.#settle(effect, 'failed');
    return true;
  }

  dropped(effect: Effect): void {
    void this.#settle(effect, 'out-of-date');
  }

  #isOwn({ id }: Effect): boolean {
    return id === lowering || this.#restored.has(id);
  }

  #canaryIsLost(why: string): Promise<void> {
    const { entry } = this.source.state;
    const reason = `The canary could not be loaded again after a restart: ${why}`;
    return this.source.tell({ type: 'fast-failed', entry, rule: 'crash', reason });
  }

  #lane(name: Lane): EffectLane {
    const lane = this.#lanes.get(name) ?? new EffectLane(this, this.ports.clock);
    this.#lanes.set(name, lane);
    return lane;
  }

  async #settle(effect: Effect, outcome: EffectOutcome): Promise<void> {
    if (this.#closed || effect.id === lowering) return;
    const restored = this.#restored.get(effect.id);
    if (restored !== undefined) {
      this.#restored.delete(effect.id);
      restored();
      return;
    }
    try {
      await this.ports.log.settleEffect(effect.id, outcome);
    } catch (thrown) {
      // It will be found pending at the next start, and be done again or be out of date.
      const reason = toSerinError(thrown).message;
      this.source.warn('an effect could not be settled', { effect: effect.id, reason });
    }
  }
}

/** Whether what was done before a restart must still hold. */
function mustBeRestored(effect: Effect, hold: MustHold): boolean {
  switch (effect.type) {
    case 'load-canary':
      return hold.canaryLoaded;
    case 'start-shadow':
      return hold.shadow !== undefined;
    case 'open-judge-step':
      return hold.judging?.entry === effect.entry;
    case 'keep-warm':
      return hold.previousWarmUntilMs !== undefined;
    case 'run-gate':
    case 'set-weights':
    case 'stop-shadow':
    case 'promote-version':
    case 'unload-version':
    case 'notify':
      return false;
  }
}

/** What must wait until the canary is loaded again after a restart. */
function needsCanary(effect: Effect, inForce: Percent): boolean {
  if (effect.type === 'set-weights') return effect.weight > inForce;
  return effect.type === 'run-gate' || givesTraffic(effect);
}

/** What must wait while a roll-back is on its way into the log. */
function givesTraffic(effect: Effect): boolean {
  if (effect.type === 'set-weights') return effect.weight > 0;
  return (
    effect.type === 'start-shadow' ||
    (effect.type === 'promote-version' && effect.which === 'canary')
  );
}
