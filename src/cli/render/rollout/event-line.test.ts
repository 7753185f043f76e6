import { expect, test } from 'vitest';
import { sampleEvent } from '../../../../test/cli/sample-rollout.js';
import { unpainted } from '../paint.js';
import { renderEvent } from './event-line.js';

const look = { paint: unpainted, timeOf: (at: string) => at.slice(11, 19) };

test('who and why are added where the sentence does not say so already', () => {
  const said = { sentence: 'ada started it.', by: 'ada', why: 'better offline' };
  expect(renderEvent(sampleEvent(1, said), look)).toBe(
    '10:00:01    25%  ada started it.  (better offline)',
  );
  const full = { sentence: 'ada paused it: lunch', by: 'ada', why: 'lunch' };
  expect(renderEvent(sampleEvent(1, full), look)).toBe('10:00:01    25%  ada paused it: lunch');
});

test('what somebody wrote as a reason cannot move the cursor of who reads it', () => {
  const forged = { sentence: 'eve paused it: \u001b[2Jx\nforged\u202eline\u009b5m' };
  expect(renderEvent(sampleEvent(1, forged), look)).toBe(
    '10:00:01    25%  eve paused it:  [2Jx forged line 5m',
  );
});
