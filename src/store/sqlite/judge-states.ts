import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { ModelName } from '../../domain/ids.js';
import type { AnswerBatch, JudgeSave, JudgeStates } from '../judge-states.js';
import { storeError } from './database.js';

/**
 * Of an answer there is one entry when it was given and one when feedback came, and as many of
 * older answers may stand between them.
 */
const entriesPerAnswer = 3;

/**
 * What judges remember, in SQLite: one row a model, and one a batch of answers that wait for
 * feedback, which is never changed. Saves that come together are one
 * transaction, whatever they hold: a write to the disk takes as long as thousands of rows.
 */
export class SqliteJudgeStates implements JudgeStates {
  /**
   * @param database as `openDatabase` opens it
   * @param answersKept how many of the newest answers, of all models together, are kept at least
   */
  constructor(
    private readonly database: DatabaseSyncInstance,
    private readonly answersKept: number,
  ) {}

  save(model: ModelName, state: string, batch?: AnswerBatch): void {
    this.saveAll([{ model, state, batch }]);
  }

  saveAll(saves: readonly JudgeSave[]): void {
    try {
      this.#inTransaction(() => {
        for (const save of saves) this.#saveOne(save);
      });
    } catch (thrown) {
      throw storeError(thrown, 'the state of a judge');
    }
  }

  saveAnswers(batches: ReadonlyMap<ModelName, AnswerBatch>): void {
    try {
      // They survive this process as soon as they are written, and one that is lost with the whole
      // machine is an answer whose feedback is not counted.
      this.database.exec('PRAGMA synchronous = NORMAL');
      this.#inTransaction(() => {
        for (const [model, batch] of batches) this.#insert(model, batch);
        this.#deleteOldest();
      });
    } catch (thrown) {
      throw storeError(thrown, 'answers that wait for feedback');
    } finally {
      this.database.exec('PRAGMA synchronous = FULL');
    }
  }

  read(model: ModelName): string | undefined {
    const read = this.database.prepare('SELECT state FROM judge_states WHERE model = ?');
    const row = read.get(model) as { state: string } | undefined;
    return row?.state;
  }

  readAnswers(model: ModelName): readonly Uint8Array[] {
    const read = this.database.prepare(
      'SELECT answers FROM answer_batches WHERE model = ? ORDER BY batch',
    );
    return (read.all(model) as { answers: Uint8Array }[]).map(({ answers }) => answers);
  }

  remove(model: ModelName): void {
    this.#inTransaction(() => {
      this.database.prepare('DELETE FROM judge_states WHERE model = ?').run(model);
      this.database.prepare('DELETE FROM answer_batches WHERE model = ?').run(model);
    });
  }

  #saveOne({ model, state, batch }: JudgeSave): void {
    this.database
      .prepare('INSERT OR REPLACE INTO judge_states (model, state) VALUES (?, ?)')
      .run(model, state);
    if (batch === undefined || batch.entries === 0) return;
    this.#insert(model, batch);
    this.#deleteOldest();
  }

  /** Each batch knows how many entries there were up to its end: none of them has to be read. */
  #insert(model: ModelName, { entries, answers }: AnswerBatch): void {
    this.database
      .prepare(
        `INSERT INTO answer_batches (model, entries_so_far, answers)
         SELECT ?, coalesce(max(entries_so_far), 0) + ?, ? FROM answer_batches`,
      )
      .run(model, entries, answers);
  }

  #deleteOldest(): void {
    this.database
      .prepare(
        `DELETE FROM answer_batches WHERE entries_so_far <=
           (SELECT max(entries_so_far) FROM answer_batches) - ?`,
      )
      .run(this.answersKept * entriesPerAnswer);
  }

  #inTransaction(change: () => void): void {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      change();
      this.database.exec('COMMIT');
    } catch (thrown) {
      // SQLite has rolled back by itself where the disk is full.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw thrown;
    }
  }
}
