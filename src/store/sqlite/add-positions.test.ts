import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test } from 'vitest';
import type { ModelName } from '../../domain/ids.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import { openDatabase } from './database.js';
import { migrations } from './migrations.js';
import { addPositions } from './rollout-tables.js';
import { SqliteRolloutLog } from './rollout-log.js';

test('rollouts of a Serin that knew no positions have them by their time, and new events go on from there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'serin-positions-'));
  const old = new DatabaseSync(join(folder, 'serin.db'));
  const before = migrations.slice(0, migrations.indexOf(addPositions));
  for (const step of before) old.exec(step);
  old.exec(`PRAGMA user_version = ${before.length}`);
  for (const [id, changedAtMs] of [
    ['r-late', 900],
    ['r-b', 500],
    ['r-a', 500],
  ]) {
    old
      .prepare('INSERT INTO rollouts VALUES (?, ?, 1, ?, 0, 0, 1, ?)')
      .run(id, `model of ${id}`, 'promoted', changedAtMs);
  }
  old.close();

  const log = new SqliteRolloutLog(openDatabase(folder));
  const since = async (position: number) =>
    (await log.changedSince(position)).map(({ rolloutId }) => rolloutId);
  expect(await since(0)).toEqual(['r-a', 'r-b', 'r-late']);
  const id = 'r-a' as RolloutId;
  const model = 'model of r-a' as ModelName;
  const as = { phase: 'rolled-back', active: false, waiting: false, atMs: 1, effects: [] };
  await log.append({ rolloutId: id, model, expectedSequence: 1, event: { type: 'tick' }, ...as });
  expect(await since(0)).toEqual(['r-b', 'r-late', 'r-a']);
  expect(await since(3)).toEqual(['r-a']);
  await log.close();
});
