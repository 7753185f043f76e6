import type { ModelName } from '../domain/ids.js';
import type { RolloutId } from '../domain/rollout-id.js';

/** Plain JSON, as the log keeps it; only the rollout machine knows what it means. */
export type StoredJson = Readonly<Record<string, unknown>>;

export interface StoredEvent {
  /** 1 for the first event of a rollout. */
  readonly sequence: number;
  readonly event: StoredJson;
}

export interface StoredEffect {
  readonly id: string;
  /** Counts the rollout's effects, from 1. */
  readonly number: number;
  readonly effect: StoredJson;
}

/** How an effect ended: carried out, given up, or not wanted any more. */
export type EffectOutcome = 'done' | 'failed' | 'out-of-date';

/** A rollout in short, as its newest event left it. */
export interface RolloutHead {
  readonly rolloutId: RolloutId;
  readonly model: ModelName;
  /** The sequence of the newest event. */
  readonly sequence: number;
  readonly phase: string;
  /** Whether it occupies its model. */
  readonly active: boolean;
  /** Whether it still waits for something: for time at least. */
  readonly waiting: boolean;
  /** Milliseconds since 1970, of the first and of the newest event. */
  readonly beganAtMs: number;
  readonly changedAtMs: number;
  /** Of the newest event among the events of all rollouts: greater than that of any event before. */
  readonly position: number;
}

/** One event, what it wants done, and the rollout as it is then. */
export interface Append extends Pick<
  RolloutHead,
  'rolloutId' | 'model' | 'phase' | 'active' | 'waiting'
> {
  /** The sequence of the newest event that the writer knows; 0 for a new rollout. */
  readonly expectedSequence: number;
  readonly atMs: number;
  readonly event: StoredJson;
  readonly effects: readonly StoredEffect[];
}

/** Where the events of rollouts are kept: the port. What was appended survives `kill -9`. */
export interface EventLog {
  /**
   * Appends one event and the effects that it wants, all or nothing; durable when it returns.
   * @throws SerinError `conflict` when the rollout has other events than the writer knows;
   * `rollout-exists` when it would be active, and another rollout of the model is; `store-failed`
   */
  append(append: Append): Promise<void>;
  /** The events of a rollout after a sequence, oldest first; none for an unknown rollout. */
  read(rolloutId: RolloutId, afterSequence?: number): Promise<readonly StoredEvent[]>;
  /** The effects that are still to be carried out, oldest first. */
  pendingEffects(rolloutId: RolloutId): Promise<readonly StoredEffect[]>;
  /** Notes how an effect ended; the first note counts. */
  settleEffect(id: string, outcome: EffectOutcome): Promise<void>;
  /** All rollouts, the newest first. */
  list(): Promise<readonly RolloutHead[]>;
  /** Those whose newest event came after this position, in the order of these events. */
  changedSince(position: number): Promise<readonly RolloutHead[]>;
  /** Those that are waiting, or have effects to be carried out: what a server takes up at its start. */
  open(): Promise<readonly RolloutHead[]>;
  close(): Promise<void>;
}
