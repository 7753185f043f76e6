import { expect, test } from 'vitest';
import { Controlled } from '../../test/rollout/controlled.js';
import { strategyOf, weightStep } from '../../test/rollout/strategies.js';
import { ToldRollout } from '../../test/rollout/told.js';
import type { Request, RolloutEvent, RolloutId } from './machine/events.js';
import { mustHold } from './machine/must-hold.js';

const id = 'there' as RolloutId;
const ada = { by: 'ada', why: 'because' };

const steps = { steps: [weightStep(10)], coolDownMs: 86_400_000 };
const promoted = () => eventsOf(new ToldRollout(steps).ready().serve('safe').promoted());
const rolledBack = () =>
  eventsOf(new ToldRollout(steps).ready().applied().judged('harm').applied());

const aborted = () =>
  eventsOf(
    new ToldRollout(steps)
      .ready()
      .tell({ ...ada, type: 'abort-requested' })
      .applied(),
  );

/** As a server wrote them whose rollout had the other id. */
function eventsOf({ events, state }: ToldRollout): readonly RolloutEvent[] {
  const text = JSON.stringify(events).replaceAll(`"${state.id}/`, `"${id}/`);
  return JSON.parse(text) as readonly RolloutEvent[];
}

async function imported(events: readonly RolloutEvent[]): Promise<Controlled> {
  const on = new Controlled();
  expect(await on.controller.import(id, events, 'bo')).toBe(true);
  return on;
}

test.each([
  ['promoted, and kept warm there,', promoted, 'promoted'],
  ['rolled back there', rolledBack, 'rolled-back'],
  ['aborted there by a person', aborted, 'aborted'],
])('a rollout that was %s is shown, and says who imported it', async (_, events, kind) => {
  const on = await imported(events());
  expect(await on.controller.show(id)).toMatchObject({ phase: { kind }, imported: true });
  const [first] = await on.controller.events(id);
  expect(first?.event).toMatchObject({ by: 'ada', imported: { by: 'bo' } });
  expect(await on.controller.list()).toMatchObject([{ active: false, waiting: false }]);
});

const asked: readonly Request['type'][] = [
  'pause-requested',
  'resume-requested',
  'advance-requested',
  'promote-requested',
  'roll-back-requested',
  'abort-requested',
  'retry-requested',
];

test.each(asked)('nobody can move it here: %s', async (type) => {
  for (const events of [promoted(), rolledBack()]) {
    const on = await imported(events);
    const refused = on.controller.request(id, { ...ada, type } as Request);
    await expect(refused).rejects.toMatchObject({ code: 'action-not-possible' });
    await expect(refused).rejects.toThrow(/ran on another server/);
    await on.pass(10_000);
    expect(on.calls).toEqual([]);
    expect(await on.controller.events(id)).toHaveLength(events.length);
  }
});

test('a server that starts does nothing for it, though it was kept warm where it ran', async () => {
  const before = await imported(promoted());
  const on = new Controlled(before.log);
  await on.controller.resume();
  await on.pass(7_200_000);
  expect(on.calls).toEqual([]);
});

test('an import that was interrupted holds nothing, and goes on where it was', async () => {
  const events = promoted();
  const half = await imported(events.slice(0, 3));
  const state = await half.controller.show(id);
  expect([state.phase.kind, mustHold(state)]).toEqual(['progressing', { canaryLoaded: false }]);
  expect(await half.controller.import(id, events, 'cy')).toBe(true);
  expect(await half.controller.show(id)).toMatchObject({ phase: { kind: 'promoted' } });
  expect(await half.controller.import(id, events, 'cy')).toBe(true);
  expect(await half.controller.events(id)).toHaveLength(events.length);
});

test('its roll-back there keeps no canary from being tried here', async () => {
  const on = await imported(rolledBack());
  const own = await on.controller.start(strategyOf(steps), 'ada', 'to see');
  await on.pass();
  expect((await on.controller.show(own)).phase.kind).toBe('progressing');
});

test('a rollout of this server is not replaced, not lengthened, and not taken for an imported one', async () => {
  const on = new Controlled();
  const own = await on.controller.start(strategyOf(steps), 'ada', 'to see');
  await on.pass();
  await on.controller.request(own, { ...ada, type: 'abort-requested' });
  await on.pass();
  const events = (await on.controller.events(own)).map(({ event }) => event);
  expect(await on.controller.import(own, events, 'bo')).toBe(false);
  expect((await on.controller.show(own)).imported).toBeUndefined();
  const tick = { v: 1, type: 'tick', atMs: 9e12 } as const;
  for (const other of [[...events, tick], events.slice(0, 2), rolledBack()]) {
    const refused = on.controller.import(own, other, 'bo');
    await expect(refused).rejects.toMatchObject({ code: 'conflict' });
  }
  await on.controller.request(own, { ...ada, type: 'retry-requested' });
  expect((await on.controller.show(own)).attempt).toBe(2);
});
