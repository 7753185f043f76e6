import { expect, test } from 'vitest';
import type { RolloutEventBody } from '../../src/api/contract/rollouts.js';
import { marksOf } from '../../ui/charts/marks.js';
import { timeRangeOf } from '../../ui/charts/range.js';
import { sampleEvent } from '../cli/sample-rollout.js';

test('a promotion is marked once, when it was decided, after the weights', () => {
  const marks = marksOf(
    history('preparing 0', 'progressing 10', 'progressing 50', 'promoting 50', 'promoted 0'),
  );
  expect(marks.map(({ at, words, isDecision }) => [at, words, isDecision])).toEqual([
    [1, '10%', false],
    [2, '50%', false],
    [3, 'promoted', true],
  ]);
});

test('a roll-back is marked red, when it began', () => {
  const marks = marksOf(
    history('preparing 0', 'progressing 10', 'rolling-back 0', 'rolled-back 0'),
  );
  expect(marks.at(-1)).toEqual({ at: 2, words: 'rolled back', colour: 'bad', isDecision: true });
});

test('an abort is not called a roll-back, though it takes the canary its traffic the same way', () => {
  const marks = marksOf(
    history('preparing 0', 'progressing 10', 'rolling-back 0', 'rolling-back 0', 'aborted 0'),
  );
  expect(marks.slice(1)).toEqual([{ at: 2, words: 'aborted', colour: 'soft', isDecision: true }]);
});

test('an abort before any traffic is marked, too', () => {
  const marks = marksOf(history('preparing 0', 'aborted 0'));
  expect(marks).toEqual([{ at: 1, words: 'aborted', colour: 'soft', isDecision: true }]);
});

test('the time axis of a single point is half a minute long, not years', () => {
  expect(timeRangeOf([1000], [], 5)).toEqual([1000, 1030]);
  expect(timeRangeOf([], [], 5)).toEqual([5, 35]);
  expect(timeRangeOf([1000, 2000], [], 5)).toEqual([1000, 2000]);
});

test('the time axis reaches to a decision after the last point, and not to a step after it', () => {
  const marks = [
    { at: 2010, isDecision: true },
    { at: 2020, isDecision: false },
  ];
  expect(timeRangeOf([1000, 2000], marks, 5)).toEqual([1000, 2010]);
});

/** Events a second apart, each a phase and a weight in percent. */
function history(...events: readonly `${RolloutEventBody['phase']} ${number}`[]) {
  return events.map((event, second): RolloutEventBody => {
    const [phase, weight] = event.split(' ') as [RolloutEventBody['phase'], string];
    return sampleEvent(second, {
      at: new Date(second * 1000).toISOString(),
      phase,
      weight: Number(weight),
    });
  });
}
