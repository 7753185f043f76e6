import { expect, test } from 'vitest';
import { sampleRollout } from '../../../test/cli/sample-rollout.js';
import { ToldRollout } from '../../../test/rollout/told.js';
import { weightStep } from '../../../test/rollout/strategies.js';
import { rolloutBody } from './body.js';
import { nothingMeasured } from './measured.js';

function sentenceOf(verdict: ReturnType<typeof sampleRollout>['verdict']): string {
  const { state, nowMs } = new ToldRollout({ steps: [weightStep(10), weightStep(50)] })
    .ready()
    .applied()
    .wait(1_000)
    .judged('undecided', { reason: 'Undecided: 25,047 more requests.' });
  const measured = { ...nothingMeasured, verdict };
  const around = { sequence: 1, why: '', nowMs, measured, lastMeter: undefined, gates: [] };
  return rolloutBody(state, around).sentence;
}

test('what the judge said before is not repeated beside what it says now', () => {
  const { verdict } = sampleRollout();
  expect(sentenceOf(verdict)).toBe('Step 1 of 2: the canary has 10% of the traffic.');
  expect(sentenceOf(null)).toMatch(/of the traffic\. Undecided: 25,047 more requests\.$/);
});
