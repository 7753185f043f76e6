import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { SerinError } from '../../domain/errors.js';
import { migrations } from './migrations.js';

/** How long a statement waits for another connection's lock. */
const busyTimeoutMs = 5_000;

/**
 * Opens the database of a data folder, and brings its schema up to date. Every commit is on disk
 * when it returns (WAL, synchronous=FULL).
 *
 * The library has the interface of Node's own `node:sqlite`, which Node 20 lacks: when Node 20 is
 * no longer supported, this import becomes `node:sqlite`.
 * @throws SerinError `store-failed`, `store-newer`, `store-locked`
 */
export function openDatabase(dataFolder: string): DatabaseSyncInstance {
  const file = join(dataFolder, 'serin.db');
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(file);
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs};
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = ON;`);
    migrate(database, file);
    return database;
  } catch (thrown) {
    throw storeError(thrown, file);
  }
}

/** Whatever SQLite threw, as an error of the catalogue. */
export function storeError(thrown: unknown, file: string): SerinError {
  if (thrown instanceof SerinError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new SerinError('store-failed', {
    expected: `to write ${file}`,
    found: reason,
    cause: thrown,
  });
}

function migrate(database: DatabaseSyncInstance, file: string): void {
  // BEGIN IMMEDIATE: of two servers that start at once, one waits for the other's migration.
  database.exec('BEGIN IMMEDIATE');
  try {
    const row = database.prepare('PRAGMA user_version').get() as { user_version: number };
    const done = row.user_version;
    if (done > migrations.length) {
      throw new SerinError('store-newer', {
        expected: `a schema of version ${migrations.length} or older in ${file}`,
        found: `version ${done}`,
      });
    }
    for (const step of migrations.slice(done)) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (thrown) {
    database.exec('ROLLBACK');
    throw thrown;
  }
}
