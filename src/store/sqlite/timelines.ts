import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { RolloutId } from '../../domain/rollout-id.js';
import type { Timelines } from '../timelines.js';
import { storeError } from './database.js';

/** Timelines in SQLite: one row a rollout. */
export class SqliteTimelines implements Timelines {
  constructor(private readonly database: DatabaseSyncInstance) {}

  save(rollout: RolloutId, points: string): void {
    try {
      this.database
        .prepare('INSERT OR REPLACE INTO timelines (rollout_id, points) VALUES (?, ?)')
        .run(rollout, points);
    } catch (thrown) {
      throw storeError(thrown, 'the timeline of a rollout');
    }
  }

  read(rollout: RolloutId): string | undefined {
    try {
      const read = this.database.prepare('SELECT points FROM timelines WHERE rollout_id = ?');
      const row = read.get(rollout) as { points: string } | undefined;
      return row?.points;
    } catch (thrown) {
      throw storeError(thrown, 'the timeline of a rollout');
    }
  }
}
