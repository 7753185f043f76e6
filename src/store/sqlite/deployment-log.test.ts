import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DeploymentEvent } from '../../domain/deployment.js';
import { toDigest, toModelName, toVersionName } from '../../domain/ids.js';
import { toPercent } from '../../domain/share.js';
import { openDatabase } from './database.js';
import { SqliteDeploymentLog } from './deployment-log.js';

const who = { model: toModelName('churn'), who: 'ada', why: 'looked good offline' };
const stable = {
  kind: 'onnx',
  version: toVersionName('1'),
  digest: toDigest(`sha256:${'a'.repeat(64)}`),
} as const;
const canary = { kind: 'http', version: toVersionName('b'), url: 'http://127.0.0.1:1' } as const;
const events: DeploymentEvent[] = [
  { ...who, atMs: 1, type: 'stable-chosen', stable },
  { ...who, atMs: 2, type: 'canary-deployed', canary, weight: toPercent(12.5) },
  { ...who, atMs: 3, type: 'promoted' },
];

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'serin-store-'));
}

test('what was appended is there after the database is opened again', () => {
  const folder = newFolder();
  const log = new SqliteDeploymentLog(openDatabase(folder));
  for (const event of events) log.append(event);
  log.close();

  const reopened = new SqliteDeploymentLog(openDatabase(folder));
  expect(reopened.readAll()).toEqual(events);
  expect(reopened.readNewest('churn', 2)).toEqual([events[2], events[1]]);
  expect(reopened.readNewest('other', 2)).toEqual([]);
  reopened.close();
});

test('two servers that start at once agree on the schema', () => {
  const folder = newFolder();
  const one = new SqliteDeploymentLog(openDatabase(folder));
  const other = new SqliteDeploymentLog(openDatabase(folder));
  one.append(events[0]!);
  expect(other.readAll()).toEqual([events[0]]);
  one.close();
  other.close();
});

test('a database of a newer Serin is refused, and left as it is', () => {
  const folder = newFolder();
  const database = openDatabase(folder);
  database.exec('PRAGMA user_version = 999');
  database.close();
  expect(() => openDatabase(folder)).toThrow(/written by a newer Serin/);
});

test('a file that is no database is refused', () => {
  const folder = newFolder();
  writeFileSync(
    join(folder, 'serin.db'),
    'not a database, but long enough to look like one'.repeat(9),
  );
  expect(() => openDatabase(folder)).toThrow(/state could not be stored/);
});

test('a write that fails says so', () => {
  const log = new SqliteDeploymentLog(openDatabase(newFolder()));
  log.close();
  expect(() => log.append(events[0]!)).toThrow(/state could not be stored/);
});
