import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { RolloutId } from '../../domain/rollout-id.js';
import type { Timelines } from '../timelines.js';
import { storeError } from './database.js';

const saving = 'INSERT OR REPLACE INTO timelines (rollout_id, points) VALUES (?, ?)';

/** Timelines and last looks in SQLite: one row a rollout. */
export class SqliteTimelines implements Timelines {
  constructor(private readonly database: DatabaseSyncInstance) {}

  save(rollout: RolloutId, points: string): void {
    this.#write(saving, [rollout, points]);
  }

  saveAll(points: ReadonlyMap<RolloutId, string>): void {
    try {
      this.database.exec('BEGIN IMMEDIATE');
      const save = this.database.prepare(saving);
      for (const [rollout, text] of points) save.run(rollout, text);
      this.database.exec('COMMIT');
    } catch (thrown) {
      // SQLite has rolled back by itself where the disk is full.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw storeError(thrown, 'what rollouts looked like');
    }
  }

  read(rollout: RolloutId): string | undefined {
    return this.#read('SELECT points AS text FROM timelines WHERE rollout_id = ?', rollout);
  }

  saveLastLook(rollout: RolloutId, look: string): void {
    this.#write('INSERT OR REPLACE INTO last_looks (rollout_id, look) VALUES (?, ?)', [
      rollout,
      look,
    ]);
  }

  readLastLook(rollout: RolloutId): string | undefined {
    return this.#read('SELECT look AS text FROM last_looks WHERE rollout_id = ?', rollout);
  }

  #write(statement: string, values: readonly string[]): void {
    try {
      this.database.prepare(statement).run(...values);
    } catch (thrown) {
      throw storeError(thrown, 'what a rollout looked like');
    }
  }

  #read(statement: string, rollout: RolloutId): string | undefined {
    try {
      const row = this.database.prepare(statement).get(rollout) as { text: string } | undefined;
      return row?.text;
    } catch (thrown) {
      throw storeError(thrown, 'what a rollout looked like');
    }
  }
}
