import { expect, test } from 'vitest';
import { LoopLoad } from './loop-load.js';

test('a process is busy when its event loop worked for nine tenths of the last tenth of a second', () => {
  let nowMs = 0;
  let workedMs = 0;
  const load = new LoopLoad(
    () => nowMs,
    () => workedMs,
  );
  expect(load.isBusy()).toBe(false);
  [nowMs, workedMs] = [100, 89];
  expect(load.isBusy()).toBe(false);
  [nowMs, workedMs] = [200, 179];
  expect(load.isBusy()).toBe(true);
  // Within the window the last answer holds.
  nowMs = 299;
  expect(load.isBusy()).toBe(true);
  nowMs = 300;
  expect(load.isBusy()).toBe(false);
});

test('a process that does nothing is not busy', () => {
  let nowMs = 0;
  const load = new LoopLoad(() => nowMs);
  nowMs = 1e9;
  expect(load.isBusy()).toBe(false);
});
