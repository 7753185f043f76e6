import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SerinError } from '../../domain/errors.js';
import { fold } from './fold.js';
import type { RolloutEvent, RolloutId } from './events.js';
import { readEvent } from './read-event.js';

const tick = { v: 1, atMs: 5, type: 'tick' };

test.each([
  ['of a newer Serin', { ...tick, v: 2 }, /event of version 1, .* found v: 2/],
  ['without a version', { atMs: 5, type: 'tick' }, /found v: nothing/],
  ['of an unknown type', { ...tick, type: 'exploded' }, /known type of event, found "exploded"/],
  ['of a type of the prototype', { ...tick, type: 'constructor' }, /known type of event/],
  ['without a time', { ...tick, atMs: '5' }, /"atMs" of tick to be a time, found "5"/],
  [
    'with a weight that is none',
    { ...tick, type: 'weights-drifted', observed: 120 },
    /"observed" of weights-drifted to fit, found 120/,
  ],
  [
    'with a field missing',
    { ...tick, type: 'superseded' },
    /"newer" of superseded to fit, found nothing/,
  ],
  ['that is a list', [], /expected an event, found object/],
  ['that is nothing', null, /expected an event, found object/],
])('an event %s is refused, and says why', (_, json, message) => {
  expect(() => readEvent(json)).toThrow(message);
});

test('whatever a log holds, it is an event or a clear refusal', () => {
  fc.assert(
    fc.property(fc.anything(), (json) => {
      try {
        readEvent(json);
      } catch (thrown) {
        expect((thrown as SerinError).code).toBe('rollout-log-invalid');
      }
    }),
  );
});

test('a log that does not begin with a submission is refused', () => {
  expect(() => fold('r1' as RolloutId, [tick as RolloutEvent])).toThrow(/begin with "submitted"/);
  expect(() => fold('r1' as RolloutId, [])).toThrow(/expected events of r1, found none/);
});
