import { expect, test } from 'vitest';
import { isSameSecret, Sessions } from './sessions.js';

const halfADayMs = 12 * 60 * 60 * 1000;

test('a session is over after half a day', () => {
  let nowMs = 0;
  const sessions = new Sessions(() => nowMs);
  const { id, csrfToken } = sessions.start();
  nowMs = halfADayMs - 1;
  expect(sessions.csrfTokenOf(id)).toBe(csrfToken);
  nowMs = halfADayMs;
  expect(sessions.csrfTokenOf(id)).toBeUndefined();
});

test('who signs in without end pushes out the oldest session, and no other', () => {
  const sessions = new Sessions(() => 0);
  const ids = Array.from({ length: 1001 }, () => sessions.start().id);
  expect(sessions.csrfTokenOf(ids[0])).toBeUndefined();
  expect(ids.slice(1).every((id) => sessions.csrfTokenOf(id) !== undefined)).toBe(true);
});

test.each([
  ['secret', 'secret', true],
  ['secret', 'Secret', false],
  ['', 'secret', false],
  ['secret-and-more', 'secret', false],
])('%j for %j: %j', (given, wanted, same) => {
  expect(isSameSecret(given, wanted)).toBe(same);
});
