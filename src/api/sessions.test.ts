import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../store/sqlite/database.js';
import { SqliteSessions } from '../store/sqlite/sessions.js';
import { isSameSecret, Sessions } from './sessions.js';

const halfADayMs = 12 * 60 * 60 * 1000;
const token = 'a-token-of-more-than-16-characters';

function newStore(): SqliteSessions {
  return new SqliteSessions(openDatabase(mkdtempSync(join(tmpdir(), 'serin-sessions-'))));
}

test('a session is over after half a day', () => {
  let nowMs = 0;
  const sessions = new Sessions(() => nowMs, newStore(), token);
  const { id, csrfToken } = sessions.start();
  nowMs = halfADayMs - 1;
  expect(sessions.csrfTokenOf(id)).toBe(csrfToken);
  nowMs = halfADayMs;
  expect(sessions.csrfTokenOf(id)).toBeUndefined();
});

test('a session goes on after a restart, and one that was signed out does not come back', () => {
  const store = newStore();
  const before = new Sessions(() => 0, store, token);
  const [kept, ended] = [before.start(), before.start()];
  before.end(ended.id);
  const after = new Sessions(() => 0, store, token);
  expect(after.csrfTokenOf(kept.id)).toBe(kept.csrfToken);
  expect(after.csrfTokenOf(ended.id)).toBeUndefined();
});

test('another admin token ends all sessions', () => {
  const store = newStore();
  const { id } = new Sessions(() => 0, store, token).start();
  expect(new Sessions(() => 0, store, `${token}!`).csrfTokenOf(id)).toBeUndefined();
  expect(new Sessions(() => 0, store, undefined).csrfTokenOf(id)).toBeUndefined();
});

test('who signs in without end pushes out the oldest session, and no other', () => {
  const store = newStore();
  const digests = Array.from({ length: 11 }, (_, i) => `digest ${i}`);
  digests.forEach((digest, i) => store.save(digest, 1_000 + i));
  store.forget(0, 10);
  expect(digests.map((digest) => store.endOf(digest) !== undefined)).toEqual([
    false,
    ...Array<boolean>(10).fill(true),
  ]);
});

test.each([
  ['secret', 'secret', true],
  ['secret', 'Secret', false],
  ['', 'secret', false],
  ['secret-and-more', 'secret', false],
])('%j for %j: %j', (given, wanted, same) => {
  expect(isSameSecret(given, wanted)).toBe(same);
});
