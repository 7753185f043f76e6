import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { SerinError } from '../../domain/errors.js';
import { storeError } from './database.js';

/**
 * Keeps others off a folder, whose changes this process would not see. The lock is a SQLite file that
 * is held exclusively; the operating system frees it when the process dies, however it dies.
 * @param code of the error where somebody else has it
 * @returns what frees it
 * @throws SerinError `code`, `store-failed`
 */
export function lockFolder(folder: string, code: 'store-locked' | 'ci-running'): () => void {
  const file = join(folder, 'serin.lock');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
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
    throw new SerinError(code, {
      expected: `nobody else to use ${folder}`,
      found: 'another serin that does',
      cause: thrown,
    });
  }
}
