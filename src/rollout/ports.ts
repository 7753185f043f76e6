import type { RolloutId } from '../domain/rollout-id.js';
import type { EventLog } from '../store/event-log.js';
import type { Router } from '../traffic/router.js';
import type { EffectId } from './machine/events.js';
import type { MustHold } from './machine/must-hold.js';
import type { Gate } from './strategy/gate.js';
import type { NotifyOn, Strategy } from './strategy/strategy.js';

/** Time, as it is given to whoever needs it. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls back once, after so many milliseconds. @returns what cancels it */
  after(ms: number, callback: () => void): () => void;
}

/** Whose effect is carried out. */
export interface OfRollout {
  readonly rolloutId: RolloutId;
  readonly strategy: Strategy;
  /** Its promotion is under way: its canary may be the stable version already. */
  readonly isPromoting?: boolean;
  /** Why it is where it is, for the log of what was done to the model. */
  readonly why?: string;
}

/** Loads versions, and makes one of them the stable one. Every call does the same when repeated. */
export interface Versions {
  /**
   * Resolves when the canary is loaded and warm, at once where it is already. What another rollout
   * made stable meanwhile is no canary any more.
   * @throws SerinError; one that is not retriable ends the attempts
   */
  loadCanary(of: OfRollout): Promise<void>;
  /**
   * Makes the canary (or the stable of before the rollout, whether or not the canary had been made
   * it) the stable version, with all traffic and weight 0 for a canary, in one piece. The other
   * version stays loaded.
   */
  promote(of: OfRollout, which: 'canary' | 'previous'): Promise<void>;
  /** Frees a version that has no traffic. */
  unload(of: OfRollout, which: 'canary' | 'previous'): Promise<void>;
  /** Keeps the old stable loaded until it is unloaded. */
  keepPreviousWarm(of: OfRollout, untilMs: number): Promise<void>;
}

/** Asks what is outside the judge. */
export interface Gates {
  /**
   * Resolves with the answer; a gate that takes longer than its time-out has failed.
   * @param effect the same for every try, so that the other side can see a repetition
   * @throws when it could not be asked, so that it is tried again
   */
  run(of: OfRollout, gate: Gate, effect: EffectId): Promise<GateAnswer>;
}

export interface GateAnswer {
  readonly passed: boolean;
  /** One sentence. */
  readonly reason: string;
}

/** Measures, and tells the controller `judged` and `fast-failed`. */
export interface JudgePort {
  /** Counts from here, unless it counts this entry already. */
  open(of: OfRollout, stretch: NonNullable<MustHold['judging']>): Promise<void>;
  /** The rollout has ended: nothing of it is measured any more. */
  close(rolloutId: RolloutId): void;
}

export interface Notifier {
  /** @param effect the same for every try, so that nobody is told twice */
  notify(of: OfRollout, on: NotifyOn, reason: string, effect: EffectId): Promise<void>;
}

/** Everything outside that the controller needs. */
export interface ControllerPorts {
  readonly log: EventLog;
  readonly router: Router;
  readonly versions: Versions;
  readonly gates: Gates;
  readonly judge: JudgePort;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly newRolloutId: () => RolloutId;
  /** Told of what a person should know but nobody waits for. */
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}
