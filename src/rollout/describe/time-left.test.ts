import { expect, test } from 'vitest';
import { weightStep } from '../../../test/rollout/strategies.js';
import { ToldRollout } from '../../../test/rollout/told.js';
import { timeLeft } from './time-left.js';

/** Two steps of 30 s to 15 min and 200 requests each; in the first one for 40 s. */
function inFirstStep(): ToldRollout {
  const rollout = new ToldRollout({ steps: [weightStep(10), weightStep(50)] });
  return rollout.ready().applied().wait(40_000);
}

test('before anything is measured, the shortest holds are what is left', () => {
  const { state, nowMs } = inFirstStep();
  expect(timeLeft(state, nowMs)).toEqual({ atLeastMs: 30_000, atMostMs: 860_000 + 900_000 });
});

test('requests that are missing take their time at the present rate', () => {
  const { state, nowMs } = inFirstStep();
  // One a second at 10%: 160 more, then 200 at 50%, which are five a second.
  expect(timeLeft(state, nowMs, 40)).toMatchObject({ atLeastMs: 160_000 + 40_000 });
  // Enough of them were had; the next step has its 200 in 8 s, and takes its 30 s.
  expect(timeLeft(state, nowMs, 1_000)).toMatchObject({ atLeastMs: 30_000 });
});

test('no step takes longer than it may', () => {
  const { state, nowMs } = inFirstStep();
  const left = timeLeft(state, nowMs, 1);
  expect(left?.atLeastMs).toBe(left?.atMostMs);
});

test('what waits for a person has no end', () => {
  const { state, nowMs } = inFirstStep().tell({ type: 'pause-requested', by: 'ada', why: 'why' });
  expect(timeLeft(state, nowMs, 40)).toBeUndefined();
});
