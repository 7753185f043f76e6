import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { SerinError } from '../../domain/errors.js';
import type { ModelName } from '../../domain/ids.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import { storeError } from './database.js';
import type {
  Append,
  EffectOutcome,
  EventLog,
  RolloutHead,
  StoredEffect,
  StoredEvent,
  StoredJson,
} from '../event-log.js';

interface HeadRow {
  readonly rollout_id: string;
  readonly model: string;
  readonly sequence: number;
  readonly phase: string;
  readonly active: number;
  readonly waiting: number;
  readonly began_at_ms: number;
  readonly changed_at_ms: number;
  readonly position: number;
}

/** The newest event of all is always the newest of its own rollout, which has its position. */
const nextPosition = '(SELECT coalesce(max(position), 0) + 1 FROM rollouts)';

/**
 * The event log of the rollouts in SQLite. SQLite answers at once, in this thread: the promises are
 * the port's, for stores that do not. A commit takes one fsync (WAL, synchronous=FULL).
 */
export class SqliteRolloutLog implements EventLog {
  readonly #statements = new Map<string, StatementSyncInstance>();

  /** @param database as `openDatabase` opens it */
  constructor(private readonly database: DatabaseSyncInstance) {}

  append(append: Append): Promise<void> {
    return this.#answer(() => {
      this.#inTransaction(() => {
        this.#moveHead(append);
        this.#run(
          'INSERT INTO rollout_events (rollout_id, sequence, event) VALUES (?, ?, ?)',
          append.rolloutId,
          append.expectedSequence + 1,
          JSON.stringify(append.event),
        );
        for (const { id, number, effect } of append.effects) {
          this.#run(
            'INSERT INTO rollout_effects (id, rollout_id, number, effect) VALUES (?, ?, ?, ?)',
            id,
            append.rolloutId,
            number,
            JSON.stringify(effect),
          );
        }
      });
    });
  }

  read(rolloutId: RolloutId, afterSequence = 0): Promise<readonly StoredEvent[]> {
    return this.#answer(() => {
      const rows = this.#all(
        `SELECT sequence, event FROM rollout_events
         WHERE rollout_id = ? AND sequence > ? ORDER BY sequence`,
        rolloutId,
        afterSequence,
      ) as { sequence: number; event: string }[];
      return rows.map(({ sequence, event }) => ({ sequence, event: fromJson(event) }));
    });
  }

  pendingEffects(rolloutId: RolloutId): Promise<readonly StoredEffect[]> {
    return this.#answer(() => {
      const rows = this.#all(
        `SELECT id, number, effect FROM rollout_effects
         WHERE rollout_id = ? AND outcome IS NULL ORDER BY number`,
        rolloutId,
      ) as { id: string; number: number; effect: string }[];
      return rows.map(({ id, number, effect }) => ({ id, number, effect: fromJson(effect) }));
    });
  }

  settleEffect(id: string, outcome: EffectOutcome): Promise<void> {
    return this.#answer(() => {
      const sql = 'UPDATE rollout_effects SET outcome = ? WHERE id = ? AND outcome IS NULL';
      this.#run(sql, outcome, id);
    });
  }

  list(): Promise<readonly RolloutHead[]> {
    return this.#answer(() => this.#heads('SELECT * FROM rollouts'));
  }

  changedSince(position: number): Promise<readonly RolloutHead[]> {
    return this.#answer(() => {
      const sql = 'SELECT * FROM rollouts WHERE position > ? ORDER BY position';
      return (this.#all(sql, position) as HeadRow[]).map(headOf);
    });
  }

  open(): Promise<readonly RolloutHead[]> {
    return this.#answer(() =>
      this.#heads(
        `SELECT * FROM rollouts WHERE waiting = 1 OR rollout_id IN
           (SELECT rollout_id FROM rollout_effects WHERE outcome IS NULL)`,
      ),
    );
  }

  close(): Promise<void> {
    return this.#answer(() => {
      this.#statements.clear();
      this.database.close();
    });
  }

  #heads(select: string): RolloutHead[] {
    const rows = this.#all(`${select} ORDER BY began_at_ms DESC, rollout_id DESC`);
    return (rows as HeadRow[]).map(headOf);
  }

  /** The optimistic lock: the head moves only from the sequence that the writer knows. */
  #moveHead(append: Append): void {
    const { rolloutId, model, phase, expectedSequence } = append;
    const [known] = this.#all('SELECT sequence FROM rollouts WHERE rollout_id = ?', rolloutId);
    const sequence = (known as { sequence: number } | undefined)?.sequence ?? 0;
    if (sequence !== expectedSequence) throw conflict(rolloutId, expectedSequence, sequence);
    const [active, waiting] = [Number(append.active), Number(append.waiting)];
    const atMs = Math.round(append.atMs);
    if (expectedSequence === 0) {
      this.#run(
        `INSERT INTO rollouts VALUES (?, ?, 1, ?, ?, ?, ?, ?, ${nextPosition})`,
        ...[rolloutId, model, phase, active, waiting, atMs, atMs],
      );
    } else {
      this.#run(
        `UPDATE rollouts SET sequence = sequence + 1, phase = ?, active = ?, waiting = ?,
           changed_at_ms = ?, position = ${nextPosition} WHERE rollout_id = ?`,
        ...[phase, active, waiting, atMs, rolloutId],
      );
    }
  }

  #inTransaction(work: () => void): void {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.database.exec('COMMIT');
    } catch (thrown) {
      // SQLite has rolled back by itself where the disk is full.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw thrown;
    }
  }

  #run(sql: string, ...values: (string | number)[]) {
    return this.#prepared(sql).run(...values);
  }

  #all(sql: string, ...values: (string | number)[]): unknown[] {
    return this.#prepared(sql).all(...values);
  }

  #prepared(sql: string): StatementSyncInstance {
    const statement = this.#statements.get(sql) ?? this.database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  async #answer<T>(work: () => T): Promise<T> {
    // A store that is not in this process would not answer in the same turn either.
    await Promise.resolve();
    try {
      return work();
    } catch (thrown) {
      throw toStoreError(thrown);
    }
  }
}

function toStoreError(thrown: unknown): SerinError {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  if (reason.includes('UNIQUE constraint failed: rollouts.model')) {
    return new SerinError('rollout-exists', { cause: thrown });
  }
  return storeError(thrown, 'the rollout log');
}

function conflict(rolloutId: RolloutId, expected: number, found: number): SerinError {
  return new SerinError('conflict', {
    expected: `event ${expected} to be the newest of ${rolloutId}`,
    found: `event ${found}`,
  });
}

function headOf(row: HeadRow): RolloutHead {
  return {
    rolloutId: row.rollout_id as RolloutId,
    model: row.model as ModelName,
    sequence: row.sequence,
    phase: row.phase,
    active: row.active === 1,
    waiting: row.waiting === 1,
    beganAtMs: row.began_at_ms,
    changedAtMs: row.changed_at_ms,
    position: row.position,
  };
}

function fromJson(text: string): StoredJson {
  // Written by `append`.
  return JSON.parse(text) as StoredJson;
}
