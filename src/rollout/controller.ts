import { isDeepStrictEqual } from 'node:util';
import { SerinError, toSerinError } from '../domain/errors.js';
import type { RolloutId } from '../domain/rollout-id.js';
import type { RolloutHead } from '../store/event-log.js';
import { backOffMs } from './back-off.js';
import type { FastFailed, Judged, Request, RolloutEvent } from './machine/events.js';
import { begin, fold } from './machine/fold.js';
import type { Rollout } from './machine/state.js';
import { readEvent } from './machine/read-event.js';
import type { ControllerPorts } from './ports.js';
import { RunningRollout, type ChangeListener } from './running-rollout.js';
import { toAppend } from './stored-form.js';
import { readRollout, restoreWorld } from './take-up.js';
import { whatRouterCannotDo } from './strategy/fits-router.js';
import { isSameVersion } from './strategy/is-same-version.js';
import type { Strategy } from './strategy/strategy.js';

/** Of a model's newest roll-backs, so many are looked at for a cool-down that is not over. */
const mostCoolingDown = 20;

/**
 * Takes care of all rollouts. What it knows is in the log: one that is killed after any event, or in
 * the middle of any effect, is followed by one that goes on from there (`resume`).
 */
export class RolloutController {
  readonly #running = new Map<RolloutId, RunningRollout>();
  readonly #listeners = new Set<ChangeListener>();
  #closed = false;

  constructor(private readonly ports: ControllerPorts) {}

  /**
   * Takes up every rollout that the log has open. Resolves when all are; a store that cannot be
   * read is tried again until it can, and a rollout that cannot be understood is left alone.
   */
  async resume(): Promise<void> {
    for (let failures = 1; !this.#closed; failures++) {
      try {
        await this.#takeUpAll();
        return;
      } catch (thrown) {
        this.ports.warn('the rollouts could not be read', { reason: toSerinError(thrown).message });
        await new Promise<void>((resolve) => this.ports.clock.after(backOffMs(failures), resolve));
      }
    }
  }

  /**
   * Begins a rollout.
   * @throws SerinError `strategy-not-possible`, `rollout-exists`, `rollout-cooling-down`,
   * `store-failed`
   */
  async start(strategy: Strategy, by: string, why: string): Promise<RolloutId> {
    this.#refuseWhatRouterCannot(strategy);
    await this.#refuseWhileCoolingDown(strategy);
    const id = this.ports.newRolloutId();
    const atMs = this.ports.clock.nowMs();
    const event: RolloutEvent = { v: 1, atMs, type: 'submitted', strategy, by, why };
    const [state, effects] = begin(id, event);
    try {
      await this.ports.log.append(toAppend(state, 0, event, effects));
    } catch (thrown) {
      await this.#takeUpWhatWasStoredAfterAll(id, toSerinError(thrown));
      return id;
    }
    const rollout = new RunningRollout(this.ports, state, 1, this.#changed);
    this.#running.set(id, rollout);
    rollout.begin(effects);
    this.#changed(state, event, 1);
    return id;
  }

  /**
   * Does what a person asked for.
   * @returns the rollout as it is then
   * @throws SerinError `rollout-not-found`, `action-not-possible`, `rollout-exists`, `store-failed`
   */
  async request(id: RolloutId, request: Request): Promise<Rollout> {
    const taken = await this.#takeUp(id);
    // It may have been forgotten while it was read; from here on it is in use.
    const rollout = this.#running.get(id) ?? taken;
    this.#running.set(id, rollout);
    await rollout.tell(request);
    return rollout.state;
  }

  /** Tells a rollout what was measured. What a rollout that has ended is told changes nothing. */
  async observe(id: RolloutId, body: Judged | FastFailed): Promise<void> {
    await this.#running.get(id)?.tell(body);
  }

  /** @throws SerinError `rollout-not-found`, `rollout-log-invalid`, `store-failed` */
  async show(id: RolloutId): Promise<Rollout> {
    const running = this.#running.get(id);
    if (running !== undefined) return running.state;
    return (await readRollout(this.ports.log, id)).state;
  }

  /** The events of a rollout after a sequence, with their own sequences, oldest first. */
  async events(
    id: RolloutId,
    afterSequence = 0,
  ): Promise<readonly { sequence: number; event: RolloutEvent }[]> {
    const stored = await this.ports.log.read(id, afterSequence);
    return stored.map(({ sequence, event }) => ({ sequence, event: readEvent(event) }));
  }

  /** All rollouts, the newest first. */
  list(): Promise<readonly RolloutHead[]> {
    return this.ports.log.list();
  }

  /**
   * Keeps the log of a rollout that has ended elsewhere; nothing of it is carried out. Repeated, it
   * goes on where it was interrupted.
   * @throws SerinError `rollout-log-invalid`; `conflict` when there is another rollout of this id
   */
  async import(id: RolloutId, events: readonly RolloutEvent[]): Promise<void> {
    // One that goes on here has an end of its own to come.
    if (this.#running.get(id)?.isOver === false) {
      throw new SerinError('conflict', { expected: 'an id that is free', found: id });
    }
    const known = await this.ports.log.read(id);
    const isPrefix = known.every(({ event }, i) => isDeepStrictEqual(event, { ...events[i] }));
    if (!isPrefix) {
      throw new SerinError('conflict', { expected: 'an id that is free', found: id });
    }
    for (let sequence = known.length; sequence < events.length; sequence++) {
      const event = events[sequence];
      if (event === undefined) continue;
      const state = fold(id, events.slice(0, sequence + 1));
      const append = toAppend(state, sequence, event, []);
      // It occupies no model here, whatever it did there.
      await this.ports.log.append({ ...append, active: false, waiting: false });
    }
  }

  /** Is called after every event that changed something. @returns what ends it */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks at the weights that are really in force; those that somebody changed are put right. */
  async verifyWeights(): Promise<void> {
    for (const rollout of [...this.#running.values()]) {
      try {
        await rollout.verifyWeight();
      } catch (thrown) {
        // The others are looked at all the same; this one is again, the next time.
        rollout.warn('the weight could not be verified', { reason: toSerinError(thrown).message });
      }
    }
  }

  /** Stops taking care; everything goes on at the next `resume`. */
  close(): void {
    this.#closed = true;
    for (const rollout of this.#running.values()) rollout.close();
  }

  async #takeUpAll(): Promise<void> {
    for (const { rolloutId } of await this.ports.log.open()) {
      try {
        await this.#takeUp(rolloutId);
      } catch (thrown) {
        const error = toSerinError(thrown);
        if (error.code !== 'rollout-log-invalid') throw error;
        this.ports.warn('a rollout cannot be understood, and is left alone', {
          rollout: rolloutId,
          ...error.toBody(),
        });
      }
    }
    for (const { state } of [...this.#running.values()]) await this.#supersedeOlder(state);
  }

  async #takeUp(id: RolloutId): Promise<RunningRollout> {
    const known = this.#running.get(id);
    if (known !== undefined) return known;
    const { state, sequence, pending } = await readRollout(this.ports.log, id);
    // Another caller may have been faster.
    const meanwhile = this.#running.get(id);
    if (meanwhile !== undefined) return meanwhile;
    const rollout = new RunningRollout(this.ports, state, sequence, this.#changed);
    this.#running.set(id, rollout);
    if (this.#closed) rollout.close();
    void restoreWorld(this.ports, rollout, () => this.#closed);
    rollout.begin(pending);
    return rollout;
  }

  readonly #changed: ChangeListener = (state, event, sequence) => {
    if (event.type === 'version-promoted' && state.phase.kind === 'promoted') {
      void this.#supersedeOlder(state);
    }
    for (const listener of this.#listeners) listener(state, event, sequence);
    this.#forgetThoseThatAreOver(state.id);
  };

  /** A rollout that was promoted is the only one of its model that can be gone back from. */
  async #supersedeOlder(newer: Rollout): Promise<void> {
    if (newer.phase.kind !== 'promoted') return;
    for (const rollout of [...this.#running.values()]) {
      const { phase, strategy } = rollout.state;
      const isOlder = phase.kind === 'promoted' && phase.atMs < newer.phase.atMs;
      if (!isOlder || strategy.model !== newer.strategy.model) continue;
      await rollout.tell({ type: 'superseded', newer: newer.id });
    }
  }

  #forgetThoseThatAreOver(except: RolloutId): void {
    for (const [id, rollout] of this.#running) {
      if (id !== except && rollout.isOver) this.#running.delete(id);
    }
  }

  #refuseWhatRouterCannot(strategy: Strategy): void {
    const problems = whatRouterCannotDo(strategy, this.ports.router.capabilities);
    if (problems.length === 0) return;
    throw new SerinError('strategy-not-possible', {
      expected: `what the router ${strategy.router} can do`,
      found: problems.join('; '),
      fields: { problems },
    });
  }

  async #refuseWhileCoolingDown({ model, canary }: Strategy): Promise<void> {
    const heads = await this.ports.log.list();
    const rolledBack = heads.filter((head) => head.model === model && head.phase === 'rolled-back');
    for (const { rolloutId } of rolledBack.slice(0, mostCoolingDown)) {
      const { phase, strategy } = await this.show(rolloutId);
      if (phase.kind !== 'rolled-back') continue;
      const leftMs = phase.coolDownUntilMs - this.ports.clock.nowMs();
      if (leftMs <= 0 || !isSameVersion(strategy.canary, canary)) continue;
      throw new SerinError('rollout-cooling-down', {
        expected: `another canary, or to wait ${Math.ceil(leftMs / 1_000)} s`,
        found: phase.why,
        fields: { rollout: rolloutId, coolDownUntilMs: phase.coolDownUntilMs },
      });
    }
  }

  /**
   * A store may have taken what it said had failed. Then the rollout exists, and must be taken care
   * of, though whoever began it may have been told that it was not.
   * @throws the error, unless the rollout was found
   */
  async #takeUpWhatWasStoredAfterAll(id: RolloutId, error: SerinError): Promise<void> {
    if (error.code === 'rollout-exists') throw error;
    if (await this.#isThere(id)) return;
    throw error;
  }

  /** Takes a rollout up if the log has it; goes on trying when the log cannot be read. */
  async #isThere(id: RolloutId, failures = 1): Promise<boolean> {
    try {
      await this.#takeUp(id);
      return true;
    } catch (thrown) {
      if (toSerinError(thrown).code === 'rollout-not-found') return false;
      this.ports.clock.after(backOffMs(failures), () => {
        if (!this.#closed) void this.#isThere(id, failures + 1);
      });
      return false;
    }
  }
}
