import { Value } from 'typebox/value';
import { SerinError } from '../../domain/errors.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import type { RolloutEvent } from '../../rollout/machine/events.js';
import { readEvent } from '../../rollout/machine/read-event.js';
import type { Rollout } from '../../rollout/machine/state.js';
import { isActive } from '../../rollout/machine/waiting.js';
import type { ServerContext } from '../context.js';
import { type RolloutExport } from '../contract/rollout-requests.js';
import { RolloutBody, RolloutEvents } from '../contract/rollouts.js';
import { checkLines } from './check-lines.js';
import { eventBody } from './event-body.js';
import { unfold } from './histories.js';
import { pointBody, pointFromBody } from './point.js';
import type { RolloutView } from './view.js';

/**
 * A finished rollout as one document.
 * @throws SerinError `action-not-possible` while it goes on
 */
export async function exportRollout(
  { rollouts }: ServerContext,
  view: RolloutView,
  id: RolloutId,
): Promise<RolloutExport> {
  const history = await view.histories.of(id);
  refuseUnfinished(isActive((history.at(-1) ?? history[0]).after));
  return {
    serin: 'rollout',
    version: 1,
    id,
    events: history.map(({ event }) => exported(event)),
    points: rollouts.timelines.of(id).map(pointBody),
  };
}

/**
 * Takes a finished rollout over, to be looked at: nothing of it is carried out, then or later.
 * Repeated, it changes nothing.
 * @param by who imports it
 * @throws SerinError `invalid-request` for what is no such document; `action-not-possible` where it is not finished;
 * `conflict` where another rollout has this id
 */
export async function importRollout(
  { rollouts }: ServerContext,
  view: RolloutView,
  document: RolloutExport,
  by: string,
): Promise<RolloutId> {
  if (!/^[A-Za-z0-9-]+$/.test(document.id)) {
    throw new SerinError('invalid-name', {
      expected: 'a rollout id of letters, digits and "-"',
      found: JSON.stringify(document.id),
    });
  }
  const id = document.id as RolloutId;
  const { events, rollout } = readDocument(view, id, document);
  refuseUnfinished(isActive(rollout));
  if (await rollouts.controller.import(id, events, by)) {
    rollouts.timelines.import(id, (document.points ?? []).map(pointFromBody));
  }
  return id;
}

/** One that was imported is exported as it came: who imported it here is no part of what happened. */
function exported(event: RolloutEvent): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...event };
  delete copy['imported'];
  return copy;
}

/** What cannot be shown is not taken over: nobody would see what is wrong with it afterwards. */
function readDocument(
  view: RolloutView,
  id: RolloutId,
  document: RolloutExport,
): { events: RolloutEvent[]; rollout: Rollout } {
  try {
    const events = document.events.map(readEvent);
    const history = unfold(
      id,
      events.map((event, i) => ({ sequence: i + 1, event })),
    );
    const [first, ...rest] = history;
    if (first === undefined) throw new SerinError('rollout-log-invalid', { found: 'no event' });
    const { after: rollout } = rest.at(-1) ?? first;
    checkLines(rollout.strategy);
    const shown: unknown[] = [view.bodyOf([first, ...rest]), history.map(eventBody)];
    const [body, bodies] = JSON.parse(JSON.stringify(shown)) as unknown[];
    if (!Value.Check(RolloutBody, body) || !Value.Check(RolloutEvents, { events: bodies })) {
      throw new SerinError('rollout-log-invalid', { found: 'a strategy that is not complete' });
    }
    return { events, rollout };
  } catch (thrown) {
    // Whatever is thrown here comes of the document: nothing has been done yet.
    const found = thrown instanceof SerinError ? thrown.words : { found: 'events that do not fit' };
    throw new SerinError('invalid-request', {
      expected: found.expected ?? 'what was exported of a finished rollout',
      found: found.found ?? 'something else',
      cause: thrown,
    });
  }
}

function refuseUnfinished(active: boolean): void {
  if (!active) return;
  throw new SerinError('action-not-possible', {
    expected: 'a rollout that has ended',
    found: 'one that goes on',
  });
}
