import { toSerinError } from '../domain/errors.js';
import type { RolloutId } from '../domain/rollout-id.js';
import type { Percent } from '../domain/share.js';
import { Alarm } from './alarm.js';
import { backOffMs } from './back-off.js';
import { EffectRunner, type EffectSource } from './effect-runner.js';
import type { Effect, EffectBody } from './machine/effects.js';
import type { Request, RolloutEvent, RolloutEventBody } from './machine/events.js';
import { isExposed } from './machine/judging.js';
import { readEvent } from './machine/read-event.js';
import type { Rollout } from './machine/state.js';
import { transition } from './machine/transition.js';
import { isActive, wakeAtMs } from './machine/waiting.js';
import type { ControllerPorts } from './ports.js';
import { refuseImpossible } from './refuse-impossible.js';
import { SteadyClock } from './steady-clock.js';
import { toAppend } from './stored-form.js';

export type ChangeListener = (rollout: Rollout, event: RolloutEvent, sequence: number) => void;

/**
 * One rollout that is taken care of: it is told events, one after the other, appends those that
 * change something together with the effects that they want, and has these carried out.
 *
 * The log is ahead of the world where the canary gets more, and may be behind it where it gets less:
 * a roll-back takes the canary its traffic at once, and does not wait for the store.
 */
export class RunningRollout implements EffectSource {
  readonly #clock: SteadyClock;
  readonly #effects: EffectRunner;
  readonly #alarm: Alarm;
  #state: Rollout;
  #sequence: number;
  #turn: Promise<unknown> = Promise.resolve();
  /** How many events wait for their turn, or are being appended. */
  #told = 0;
  /** The store does not take what is being appended. */
  #stuck = false;
  #closed = false;

  /**
   * @param state as the log has it
   * @param sequence of the newest event of the log
   */
  constructor(
    private readonly ports: ControllerPorts,
    state: Rollout,
    sequence: number,
    private readonly changed: ChangeListener,
  ) {
    this.#state = state;
    this.#sequence = sequence;
    this.#clock = new SteadyClock(ports.clock, state.clockMs);
    this.#effects = new EffectRunner(ports, this);
    this.#alarm = new Alarm(ports.clock, this.#clock, () => this.tell({ type: 'tick' }));
  }

  get state(): Rollout {
    return this.#state;
  }

  get id(): RolloutId {
    return this.#state.id;
  }

  /** Whether nothing is waited for, and nothing is being done. */
  get isOver(): boolean {
    const waits = isActive(this.#state) || wakeAtMs(this.#state) !== undefined;
    return !waits && this.#told === 0 && this.#effects.isIdle;
  }

  /** Carries out what the log wants done, and wakes when time is up. */
  begin(pending: readonly Effect[]): void {
    this.#effects.carryOut(pending);
    this.#alarm.set(wakeAtMs(this.#state));
  }

  /** See `EffectRunner`. */
  set restoringFrom(inForce: Percent | undefined) {
    this.#effects.restoringFrom = inForce;
  }

  /** See `EffectRunner`. */
  restore(effect: EffectBody): Promise<void> {
    return this.#effects.restore(effect);
  }

  /** Stops: nothing is appended or carried out any more, but what is under way. */
  close(): void {
    this.#closed = true;
    this.#alarm.off();
    this.#effects.close();
  }

  /**
   * Tells the rollout an event. Returns when it is in the log, or changed nothing.
   * @throws SerinError `action-not-possible` for a request that cannot be done now; `store-failed`
   * or `rollout-exists` for a request that was not recorded, and so is not done
   */
  async tell(body: RolloutEventBody): Promise<void> {
    const rollsBack = this.#leadsToRollBack(body);
    if (this.#stuck && !rollsBack && comesAgain(body)) return;
    const logIsBehind = rollsBack ? this.#effects.takeTrafficNow() : undefined;
    this.#told++;
    const taken = this.#turn.then(() => this.#take(body, rollsBack));
    this.#turn = taken.catch(() => undefined);
    try {
      await taken;
    } finally {
      this.#told--;
      if (logIsBehind !== undefined) this.#logHasCaughtUp(logIsBehind);
    }
  }

  /** Looks at the weight that is really in force. */
  async verifyWeight(): Promise<void> {
    const { router } = this.ports;
    if (!router.capabilities.verify || this.#state.awaited !== undefined) return;
    const { entry } = this.#state;
    const observed = await router.weightInForce(this.#state.strategy.model);
    // What was seen before another weight was wanted says nothing of that one.
    if (entry === this.#state.entry) await this.tell({ type: 'weights-drifted', observed });
  }

  warn(message: string, fields: Readonly<Record<string, unknown>>): void {
    this.ports.warn(message, { rollout: this.id, ...fields });
  }

  async #take(body: RolloutEventBody, byAllMeans: boolean): Promise<void> {
    const event = { ...body, v: 1, atMs: this.#clock.nowMs() } as RolloutEvent;
    let logIsBehind: (() => void) | undefined;
    try {
      for (let failures = 1; !this.#closed; failures++) {
        if (isRequest(body)) refuseImpossible(this.#state, body, event.atMs);
        const [next, effects] = transition(this.#state, event);
        // What was no roll-back when it came may be one when its turn has come.
        if (!byAllMeans && isRollBack(this.#state, next)) {
          logIsBehind ??= this.#effects.takeTrafficNow();
        }
        if (next === this.#state || (await this.#isStored(next, event, effects, byAllMeans)))
          return;
        this.#stuck = true;
        await this.#pause(failures);
      }
    } finally {
      this.#stuck = false;
      if (logIsBehind !== undefined) this.#logHasCaughtUp(logIsBehind);
    }
  }

  /**
   * Appends an event, and enters the state that it leads to.
   * @returns false when it has to be appended once more. What comes again by itself is let go, and a
   * request is answered with the error; but a roll-back, and what an effect answered, are not lost
   */
  async #isStored(
    next: Rollout,
    event: RolloutEvent,
    effects: readonly Effect[],
    byAllMeans: boolean,
  ): Promise<boolean> {
    try {
      await this.ports.log.append(toAppend(next, this.#sequence, event, effects));
    } catch (thrown) {
      const error = toSerinError(thrown);
      if (error.code === 'conflict') return this.#isStoredAlready(event);
      if (error.code === 'rollout-exists') throw error;
      this.warn('an event could not be stored', { event: event.type, reason: error.message });
      if (byAllMeans || !(isRequest(event) || comesAgain(event))) return false;
      this.#catchUpSoon(1);
      if (isRequest(event)) throw error;
      return true;
    }
    this.#enter(next, event, effects);
    return true;
  }

  /** A store may have taken an event of which it said that it failed. */
  async #isStoredAlready(event: RolloutEvent): Promise<boolean> {
    const text = JSON.stringify(event);
    try {
      return (await this.#catchUp()).some((known) => JSON.stringify(known) === text);
    } catch (thrown) {
      this.warn('the log could not be read', { reason: toSerinError(thrown).message });
      return false;
    }
  }

  /** Enters what is in the log and not known here: another server's events, or its own. */
  async #catchUp(): Promise<RolloutEvent[]> {
    const stored = await this.ports.log.read(this.id, this.#sequence);
    const events = stored.map(({ event }) => readEvent(event));
    for (const event of events) {
      const [next, effects] = transition(this.#state, event);
      this.#enter(next, event, effects);
    }
    return events;
  }

  /** After a failure that may have been none: nothing else would tell, when nothing else comes. */
  #catchUpSoon(failures: number): void {
    this.ports.clock.after(backOffMs(failures), () => {
      if (this.#closed) return;
      this.#told++;
      this.#turn = this.#turn
        .then(() => this.#catchUp())
        .catch(() => this.#catchUpSoon(failures + 1))
        .finally(() => this.#told--);
    });
  }

  #enter(next: Rollout, event: RolloutEvent, effects: readonly Effect[]): void {
    this.#state = next;
    this.#sequence++;
    // The killed do nothing any more.
    if (this.#closed) return;
    this.#effects.carryOut(effects);
    this.#effects.lookAgain();
    this.#alarm.set(wakeAtMs(next));
    if (!isActive(next)) this.ports.judge.close(this.id);
    this.changed(next, event, this.#sequence);
  }

  #leadsToRollBack(body: RolloutEventBody): boolean {
    if (!isExposed(this.#state) || this.#closed) return false;
    const event = { ...body, v: 1, atMs: this.#clock.nowMs() } as RolloutEvent;
    return isRollBack(this.#state, transition(this.#state, event)[0]);
  }

  /** Where what seemed to be a roll-back came too late to be one, the weight is put right again. */
  #logHasCaughtUp(logIsBehind: () => void): void {
    logIsBehind();
    if (!isExposed(this.#state) || this.#closed) return;
    void this.verifyWeight().catch((thrown: unknown) => {
      this.warn('the weight could not be verified', { reason: toSerinError(thrown).message });
    });
  }

  #pause(failures: number): Promise<void> {
    return new Promise((resolve) => this.ports.clock.after(backOffMs(failures), resolve));
  }
}

/** Whether a canary that has traffic, or may get some, is to lose it. */
function isRollBack(before: Rollout, { phase }: Rollout): boolean {
  return isExposed(before) && phase.kind === 'rolling-back' && !phase.restores;
}

/** What comes again by itself need not be kept by all means. */
function comesAgain(body: RolloutEventBody): boolean {
  return body.type === 'judged' || body.type === 'tick' || body.type === 'weights-drifted';
}

function isRequest(body: RolloutEventBody): body is Request {
  return body.type.endsWith('-requested');
}
