import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { toModelName } from '../../domain/ids.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import type { Append } from '../event-log.js';
import { openDatabase } from './database.js';
import { SqliteRolloutLog } from './rollout-log.js';

const id = 'r1' as RolloutId;

function appendOf(sequence: number, text = 'x'): Append {
  return {
    rolloutId: id,
    model: toModelName('churn'),
    phase: 'progressing',
    active: true,
    waiting: true,
    expectedSequence: sequence - 1,
    atMs: sequence,
    event: { type: 'tick', sequence, text },
    effects: [{ id: `r1/${sequence}`, number: sequence, effect: { type: 'notify', text } }],
  };
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'serin-rollout-log-'));
}

/** Appends for ever, and writes each sequence down when the log says that it has it. */
const writer = `
  import { openDatabase } from '${compiled('database.js')}';
  import { SqliteRolloutLog } from '${compiled('rollout-log.js')}';
  const log = new SqliteRolloutLog(openDatabase(process.argv[1]));
  for (let sequence = 1; ; sequence++) {
    await log.append({
      rolloutId: 'r1', model: 'churn', phase: 'progressing', active: true, waiting: true,
      expectedSequence: sequence - 1, atMs: sequence, event: { sequence },
      effects: [{ id: 'r1/' + sequence, number: sequence, effect: { sequence } }],
    });
    process.stdout.write(sequence + '\\n');
  }`;

function compiled(file: string): string {
  return new URL(`../../../dist/src/store/sqlite/${file}`, import.meta.url).href;
}

test('every event that was acknowledged is there after kill -9, with its effects', async () => {
  for (let kills = 1; kills <= 3; kills++) {
    const folder = newFolder();
    const child = spawn(process.execPath, ['--input-type=module', '-e', writer, folder], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    for await (const chunk of child.stdout) {
      said += String(chunk);
      if (said.split('\n').length > 40 * kills) break;
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    const acknowledged = said.split('\n').length - 1;

    const log = new SqliteRolloutLog(openDatabase(folder));
    const events = await log.read(id);
    expect(events.length).toBeGreaterThanOrEqual(acknowledged);
    expect(await log.pendingEffects(id)).toHaveLength(events.length);
    expect(await log.list()).toMatchObject([{ sequence: events.length }]);
    await log.close();
  }
});

test('a full disk leaves the log as it was, and it goes on when there is space again', async () => {
  const database = openDatabase(newFolder());
  const log = new SqliteRolloutLog(database);
  await log.append(appendOf(1));
  database.exec('PRAGMA max_page_count = 30');
  const long = 'x'.repeat(200_000);
  await expect(log.append(appendOf(2, long))).rejects.toMatchObject({
    code: 'store-failed',
    message: expect.stringContaining('full') as string,
  });
  expect(await log.read(id)).toHaveLength(1);
  expect(await log.pendingEffects(id)).toHaveLength(1);
  expect(await log.list()).toMatchObject([{ sequence: 1 }]);

  database.exec('PRAGMA max_page_count = 1000000');
  await log.append(appendOf(2, long));
  expect(await log.read(id)).toHaveLength(2);
  await log.close();
});

test('two servers on one file cannot both append the same event', async () => {
  const folder = newFolder();
  const one = new SqliteRolloutLog(openDatabase(folder));
  const other = new SqliteRolloutLog(openDatabase(folder));
  await one.append(appendOf(1));
  const both = await Promise.allSettled([one.append(appendOf(2)), other.append(appendOf(2))]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await one.read(id)).toHaveLength(2);
  await one.close();
  await other.close();
});

test('a closed log says that it failed', async () => {
  const log = new SqliteRolloutLog(openDatabase(newFolder()));
  await log.close();
  await expect(log.append(appendOf(1))).rejects.toMatchObject({ code: 'store-failed' });
});
