import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { SerinError } from '../../domain/errors.js';
import { storeError } from './database.js';

/**
 * Keeps other servers off a data folder: two would not see each other's canaries. The lock is a
 * SQLite file that is held exclusively; the operating system frees it when the process dies, however
 * it dies.
 * @returns what frees it
 * @throws SerinError `store-locked`, `store-failed`
 */
export function lockDataFolder(dataFolder: string): () => void {
  const file = join(dataFolder, 'serin.lock');
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    const lock = new DatabaseSync(file);
    try {
      lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    } catch (thrown) {
      lock.close();
      throw thrown;
    }
    return () => lock.close();
  } catch (thrown) {
    if (!/locked|busy/i.test(thrown instanceof Error ? thrown.message : '')) {
      throw storeError(thrown, file);
    }
    throw new SerinError('store-locked', {
      expected: `nobody else to use ${dataFolder}`,
      found: 'a server that does',
      cause: thrown,
    });
  }
}
