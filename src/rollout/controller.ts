import { SerinError, toSerinError } from '../domain/errors.js';
import type { RolloutId } from '../domain/rollout-id.js';
import type { RolloutHead } from '../store/event-log.js';
import { backOffMs } from './back-off.js';
import { importLog } from './import-log.js';
import type { Request, RolloutEvent, RolloutEventBody } from './machine/events.js';
import { begin } from './machine/fold.js';
import type { Rollout } from './machine/state.js';
import { readEvent } from './machine/read-event.js';
import type { ControllerPorts } from './ports.js';
import { refuseWhileCoolingDown } from './refuse-cooling-down.js';
import { RunningRollout, type ChangeListener } from './running-rollout.js';
import { toAppend } from './stored-form.js';
import { readRollout, restoreWorld } from './take-up.js';
import { whatRouterCannotDo } from './strategy/fits-router.js';
import type { Strategy } from './strategy/strategy.js';

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
    await refuseWhileCoolingDown(strategy, this, this.ports.clock.nowMs());
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
    // Somebody may have found it in the log, and asked for something, before the store had answered.
    if (this.#running.has(id)) return id;
    const rollout = new RunningRollout(this.ports, state, 1, this.#changed);
    this.#running.set(id, rollout);
    rollout.begin(effects);
    this.#changed(state, event, 1);
    return id;
  }

  /**
   * Does what a person asked for.
   * @returns the rollout as it is then
   * @throws SerinError `rollout-not-found`, `action-not-possible`, `rollout-exists`,
   * `rollout-cooling-down` for a retry while another rollout's roll-back of its canary cools down,
   * `store-failed`
   */
  async request(id: RolloutId, request: Request): Promise<Rollout> {
    const taken = await this.#takeUp(id);
    if (request.type === 'retry-requested') {
      const nowMs = this.ports.clock.nowMs();
      await refuseWhileCoolingDown(taken.state.strategy, this, nowMs, id);
    }
    // It may have been forgotten while it was read; from here on it is in use.
    const rollout = this.#running.get(id) ?? taken;
    this.#running.set(id, rollout);
    await rollout.tell(request);
    return rollout.state;
  }

  /**
   * Tells a rollout what was measured, or anything else that happened outside. What does not fit, and
   * what a rollout that has ended is told, changes nothing.
   */
  async observe(id: RolloutId, body: RolloutEventBody): Promise<void> {
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

  /** Those whose newest event came after this position, in the order of these events. */
  changedSince(position: number): Promise<readonly RolloutHead[]> {
    return this.ports.log.changedSince(position);
  }

  /** Of the newest event of all rollouts; 0 where there is none. */
  async newestPosition(): Promise<number> {
    const heads = await this.list();
    return heads.reduce((newest, { position }) => Math.max(newest, position), 0);
  }

  /**
   * See `importLog`; whoever listens is told its end.
   * @returns false where it is a rollout of this server, which stays what it is
   */
  async import(id: RolloutId, events: readonly RolloutEvent[], by: string): Promise<boolean> {
    const imported = { by, atMs: this.ports.clock.nowMs() };
    const state = await importLog(this.ports.log, id, events, imported);
    const last = events.at(-1);
    if (state === undefined || last === undefined) return false;
    for (const listener of this.#listeners) listener(state, last, events.length);
    return true;
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
