import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { ModelName } from '../../domain/ids.js';
import type { JudgeStates } from '../judge-states.js';
import { storeError } from './database.js';

/** What judges remember, in SQLite: one row a model. */
export class SqliteJudgeStates implements JudgeStates {
  constructor(private readonly database: DatabaseSyncInstance) {}

  save(model: ModelName, state: string): void {
    try {
      this.database
        .prepare('INSERT OR REPLACE INTO judge_states (model, state) VALUES (?, ?)')
        .run(model, state);
    } catch (thrown) {
      throw storeError(thrown, 'the state of a judge');
    }
  }

  read(model: ModelName): string | undefined {
    const read = this.database.prepare('SELECT state FROM judge_states WHERE model = ?');
    const row = read.get(model) as { state: string } | undefined;
    return row?.state;
  }

  remove(model: ModelName): void {
    this.database.prepare('DELETE FROM judge_states WHERE model = ?').run(model);
  }
}
