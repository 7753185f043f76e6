import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { DeploymentEvent } from '../../domain/deployment.js';
import type { DeploymentLog } from '../deployment-log.js';
import { storeError } from './database.js';

interface Row {
  readonly model: string;
  readonly at_ms: number;
  readonly type: string;
  readonly who: string;
  readonly why: string;
  readonly payload: string;
}

/** The deployment log in SQLite. */
export class SqliteDeploymentLog implements DeploymentLog {
  constructor(private readonly database: DatabaseSyncInstance) {}

  append(event: DeploymentEvent): void {
    const { model, atMs, type, who, why, ...payload } = event;
    try {
      this.database
        .prepare(
          `INSERT INTO deployment_events (model, at_ms, type, who, why, payload)
           VALUES (?, ?, ?, ?, ?, ?)`,
        )
        .run(model, Math.round(atMs), type, who, why, JSON.stringify(payload));
    } catch (thrown) {
      throw storeError(thrown, 'the deployment log');
    }
  }

  readAll(): readonly DeploymentEvent[] {
    const rows = this.database.prepare('SELECT * FROM deployment_events ORDER BY sequence').all();
    return (rows as unknown as Row[]).map(eventOf);
  }

  readNewest(model: string, limit: number): readonly DeploymentEvent[] {
    const rows = this.database
      .prepare('SELECT * FROM deployment_events WHERE model = ? ORDER BY sequence DESC LIMIT ?')
      .all(model, limit);
    return (rows as unknown as Row[]).map(eventOf);
  }

  close(): void {
    this.database.close();
  }
}

function eventOf(row: Row): DeploymentEvent {
  const { model, type, who, why } = row;
  const payload = JSON.parse(row.payload) as object;
  // What was written by `append` is read back; `openDatabase` refuses files of a newer schema.
  return { ...payload, model, type, who, why, atMs: row.at_ms } as DeploymentEvent;
}
