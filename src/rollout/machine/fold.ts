import { SerinError } from '../../domain/errors.js';
import type { Transition } from './draft.js';
import type { RolloutEvent, RolloutId } from './events.js';
import { beginRollout } from './preparing.js';
import type { Rollout } from './state.js';
import { transition } from './transition.js';

/**
 * The first event of a rollout.
 * @throws SerinError `rollout-log-invalid` when it is not a submission
 */
export function begin(id: RolloutId, first: RolloutEvent): Transition {
  if (first.type !== 'submitted') {
    throw new SerinError('rollout-log-invalid', {
      expected: `the events of ${id} to begin with "submitted"`,
      found: `"${first.type}"`,
    });
  }
  const [rollout, effects] = beginRollout(id, first.strategy, first.atMs, first.by);
  return first.imported === undefined ? [rollout, effects] : [{ ...rollout, imported: true }, []];
}

/**
 * A rollout, as its events leave it.
 * @throws SerinError `rollout-log-invalid` when there is no event, or the first is not a submission
 */
export function fold(id: RolloutId, events: readonly RolloutEvent[]): Rollout {
  const [first, ...rest] = events;
  if (first === undefined) {
    throw new SerinError('rollout-log-invalid', {
      expected: `events of ${id}`,
      found: 'none',
    });
  }
  let [rollout] = begin(id, first);
  for (const event of rest) [rollout] = transition(rollout, event);
  return rollout;
}
