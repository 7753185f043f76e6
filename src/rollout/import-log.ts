import { isDeepStrictEqual } from 'node:util';
import { SerinError } from '../domain/errors.js';
import type { RolloutId } from '../domain/rollout-id.js';
import type { EventLog, StoredEvent } from '../store/event-log.js';
import type { ImportedBy, RolloutEvent } from './machine/events.js';
import { begin } from './machine/fold.js';
import type { Rollout } from './machine/state.js';
import { transition } from './machine/transition.js';
import { toAppend } from './stored-form.js';

/**
 * Keeps the log of a rollout that has ended elsewhere: marked as imported from its first event on, so
 * that nothing of it is ever carried out here. Repeated, it goes on where it was interrupted, and
 * changes nothing where all is there.
 * @returns the rollout; undefined where it is this server's own, which stays what it is
 * @throws SerinError `rollout-log-invalid`; `conflict` when there is another rollout of this id;
 * `store-failed`
 */
export async function importLog(
  log: EventLog,
  id: RolloutId,
  [submitted, ...others]: readonly RolloutEvent[],
  imported: ImportedBy,
): Promise<Rollout | undefined> {
  if (submitted?.type !== 'submitted') {
    throw new SerinError('rollout-log-invalid', {
      expected: `the events of ${id} to begin with "submitted"`,
      found: submitted?.type ?? 'none',
    });
  }
  const events: readonly RolloutEvent[] = [{ ...submitted, imported }, ...others];
  const known = await log.read(id);
  const isOwn = known[0] !== undefined && known[0].event['imported'] === undefined;
  refuseAnother(id, events, known, isOwn);
  if (isOwn) return undefined;
  let state: Rollout | undefined;
  for (const [sequence, event] of events.entries()) {
    [state] = state === undefined ? begin(id, event) : transition(state, event);
    if (sequence < known.length) continue;
    // It occupies no model here, whatever it did there.
    const append = toAppend(state, sequence, event, []);
    await log.append({ ...append, active: false, waiting: false });
  }
  return state;
}

/** What is known of this id must be the beginning of it; of this server's own rollout, all of it. */
function refuseAnother(
  id: RolloutId,
  events: readonly RolloutEvent[],
  known: readonly StoredEvent[],
  isOwn: boolean,
): void {
  const isSame = known.every(({ event }, i) =>
    isDeepStrictEqual(unmarked(event), unmarked(events[i])),
  );
  if (isSame && (!isOwn || known.length === events.length)) return;
  throw new SerinError('conflict', { expected: 'an id that is free', found: id });
}

/** Who imported it, and when, is no part of what happened. */
function unmarked(event: object | undefined): object {
  return { ...event, imported: undefined };
}
