import { SerinError } from '../../domain/errors.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import { fold } from '../../rollout/machine/fold.js';
import { readEvent } from '../../rollout/machine/read-event.js';
import { isActive, wakeAtMs } from '../../rollout/machine/waiting.js';
import type { ServerContext } from '../context.js';
import type { RolloutExport } from '../contract/rollouts.js';
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
    events: history.map(({ event }) => ({ ...event })),
    points: rollouts.timelines.of(id).map(pointBody),
  };
}

/**
 * Takes a finished rollout over, to be looked at: nothing of it is carried out. Repeated, it changes
 * nothing.
 * @throws SerinError `rollout-log-invalid`; `action-not-possible` where it is not finished;
 * `conflict` where another rollout has this id
 */
export async function importRollout(
  { rollouts }: ServerContext,
  document: RolloutExport,
): Promise<RolloutId> {
  if (!/^[A-Za-z0-9-]+$/.test(document.id)) {
    throw new SerinError('invalid-name', {
      expected: 'a rollout id of letters, digits and "-"',
      found: JSON.stringify(document.id),
    });
  }
  const id = document.id as RolloutId;
  const events = document.events.map(readEvent);
  const rollout = fold(id, events);
  refuseUnfinished(isActive(rollout));
  // What is kept warm there is not here: nobody can go back to it from here.
  const warmUntilMs = wakeAtMs(rollout);
  if (warmUntilMs !== undefined) events.push({ v: 1, type: 'tick', atMs: warmUntilMs });
  await rollouts.controller.import(id, events);
  rollouts.timelines.import(id, (document.points ?? []).map(pointFromBody));
  return id;
}

function refuseUnfinished(active: boolean): void {
  if (!active) return;
  throw new SerinError('action-not-possible', {
    expected: 'a rollout that has ended',
    found: 'one that goes on',
  });
}
