import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { RolloutId } from '../../domain/rollout-id.js';
import type { GateReports } from '../gate-reports.js';
import { storeError } from './database.js';

/** Reports of gates in SQLite: one row a rollout and gate. */
export class SqliteGateReports implements GateReports {
  constructor(private readonly database: DatabaseSyncInstance) {}

  save(rollout: RolloutId, gate: string, report: string): void {
    try {
      this.database
        .prepare('INSERT OR REPLACE INTO gate_reports (rollout_id, gate, report) VALUES (?, ?, ?)')
        .run(rollout, gate, report);
    } catch (thrown) {
      throw storeError(thrown, 'the report of a gate');
    }
  }

  begun(rollout: RolloutId): ReadonlyMap<string, number> {
    try {
      const rows = this.database
        .prepare(
          `SELECT gate, json_extract(report, '$.startedAtMs') AS begun_at_ms FROM gate_reports
           WHERE rollout_id = ?`,
        )
        .all(rollout) as { gate: string; begun_at_ms: number | null }[];
      return new Map(rows.map((row) => [row.gate, row.begun_at_ms ?? 0]));
    } catch (thrown) {
      throw storeError(thrown, 'the report of a gate');
    }
  }

  read(rollout: RolloutId): ReadonlyMap<string, string> {
    try {
      const rows = this.database
        .prepare('SELECT gate, report FROM gate_reports WHERE rollout_id = ?')
        .all(rollout) as { gate: string; report: string }[];
      return new Map(rows.map(({ gate, report }) => [gate, report]));
    } catch (thrown) {
      throw storeError(thrown, 'the report of a gate');
    }
  }
}
