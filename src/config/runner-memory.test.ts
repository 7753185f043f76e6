import { totalmem } from 'node:os';
import { expect, test } from 'vitest';
import { defaultRunnerMemoryBytes, halfOfMemory } from './runner-memory.js';

const gibibyte = 2 ** 30;

test('a runner may have half of the machine, or half of a container that is smaller', () => {
  expect(halfOfMemory(16 * gibibyte, 4 * gibibyte)).toBe(2 * gibibyte);
  expect(halfOfMemory(16 * gibibyte, 64 * gibibyte)).toBe(8 * gibibyte);
});

test('a constraint that is none is not one', () => {
  expect(halfOfMemory(16 * gibibyte, 0)).toBe(8 * gibibyte);
  // What a control group without a limit says.
  expect(halfOfMemory(16 * gibibyte, 2 ** 64)).toBe(8 * gibibyte);
});

test('there is a limit on this machine, whatever it is', () => {
  const bytes = defaultRunnerMemoryBytes();
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThanOrEqual(totalmem() / 2);
});
