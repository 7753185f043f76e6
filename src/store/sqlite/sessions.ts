import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { SessionStore } from '../sessions.js';
import { storeError } from './database.js';

/** Sessions of the page in SQLite: one row each. */
export class SqliteSessions implements SessionStore {
  constructor(private readonly database: DatabaseSyncInstance) {}

  save(digest: string, endsAtMs: number): void {
    this.#run('INSERT OR REPLACE INTO sessions (digest, ends_at_ms) VALUES (?, ?)', [
      digest,
      // A clock may tell parts of milliseconds; the column takes none.
      Math.floor(endsAtMs),
    ]);
  }

  endOf(digest: string): number | undefined {
    try {
      const row = this.database
        .prepare('SELECT ends_at_ms FROM sessions WHERE digest = ?')
        .get(digest) as { ends_at_ms: number } | undefined;
      return row?.ends_at_ms;
    } catch (thrown) {
      throw storeError(thrown, 'a session');
    }
  }

  remove(digest: string): void {
    this.#run('DELETE FROM sessions WHERE digest = ?', [digest]);
  }

  forget(endedAtMs: number, most: number): void {
    this.#run('DELETE FROM sessions WHERE ends_at_ms <= ?', [endedAtMs]);
    this.#run(
      `DELETE FROM sessions WHERE digest IN
         (SELECT digest FROM sessions ORDER BY ends_at_ms DESC, rowid DESC LIMIT -1 OFFSET ?)`,
      [most],
    );
  }

  #run(statement: string, values: (string | number)[]): void {
    try {
      this.database.prepare(statement).run(...values);
    } catch (thrown) {
      throw storeError(thrown, 'a session');
    }
  }
}
