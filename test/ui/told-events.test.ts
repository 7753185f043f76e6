import { expect, test } from 'vitest';
import type { RolloutEventBody } from '../../src/api/contract/rollouts.js';
import { toldEvents } from '../../ui/pages/rollout/told-events.js';
import { sampleEvent } from '../cli/sample-rollout.js';

function look(sequence: number, reason: string, wishes: Partial<RolloutEventBody> = {}) {
  return sampleEvent(sequence, { type: 'judged', sentence: reason, why: reason, ...wishes });
}

function linesOf(events: readonly RolloutEventBody[]): [number, number][] {
  return toldEvents(events).map(({ event, looks }) => [event.sequence, looks]);
}

test('what the judge does not know yet is one line, with its newest words', () => {
  const looks = [look(1, 'Undecided: errors.'), look(2, 'Undecided.'), look(3, 'Safe.')];
  expect(linesOf(looks)).toEqual([[3, 3]]);
});

test('a look that ends a step stands for itself, and so does the first one after it', () => {
  const ended = look(2, 'Undecided.', { sentence: 'The step at 10% is over. Undecided.' });
  const next = look(3, 'Undecided.', { weight: 50 });
  expect(linesOf([look(1, 'Undecided.'), ended, next])).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
  ]);
});

test('nothing else is ever joined, though it says the same', () => {
  const paused = (sequence: number) => sampleEvent(sequence, { type: 'tick', sentence: 'Paused.' });
  expect(linesOf([paused(1), paused(2)])).toHaveLength(2);
});
