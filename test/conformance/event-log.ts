import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toModelName } from '../../src/domain/ids.js';
import type { RolloutId } from '../../src/domain/rollout-id.js';
import type { Append, EventLog } from '../../src/store/event-log.js';

const [r1, r2] = ['r1' as RolloutId, 'r2' as RolloutId];

function appendOf(changes: Partial<Append>): Append {
  return {
    rolloutId: r1,
    model: toModelName('churn'),
    phase: 'preparing',
    active: true,
    waiting: true,
    expectedSequence: 0,
    atMs: 1_000,
    event: { type: 'submitted', text: 'ünïcode ✓ \u0000 "quoted"', nested: { list: [1, null] } },
    effects: [],
    ...changes,
  };
}

const effect = (number: number, of = 'r1') => ({
  id: `${of}/${number}`,
  number,
  effect: { type: 'set-weights', weight: 12.5 },
});

/**
 * What every event log does.
 * @param open makes an empty one
 */
export function eventLogConformance(name: string, open: () => EventLog): void {
  describe(`the event log ${name}`, () => {
    let log: EventLog;
    beforeEach(() => (log = open()));
    afterEach(() => log.close());

    test('gives back the events of each rollout in their order, exactly as they were', async () => {
      const first = appendOf({});
      await log.append(first);
      await log.append(appendOf({ rolloutId: r2, model: toModelName('other') }));
      await log.append(appendOf({ expectedSequence: 1, event: { type: 'tick' }, atMs: 2_000.4 }));
      expect(await log.read(r1)).toEqual([
        { sequence: 1, event: first.event },
        { sequence: 2, event: { type: 'tick' } },
      ]);
      expect(await log.read(r1, 1)).toEqual([{ sequence: 2, event: { type: 'tick' } }]);
      expect(await log.read(r1, 2)).toEqual([]);
      expect(await log.read('unknown' as RolloutId)).toEqual([]);
    });

    test('refuses an event of a writer who does not know the newest one, and keeps nothing of it', async () => {
      await log.append(appendOf({}));
      for (const expectedSequence of [0, 2]) {
        const late = appendOf({ expectedSequence, effects: [effect(1)], phase: 'failed' });
        await expect(log.append(late)).rejects.toMatchObject({ code: 'conflict' });
      }
      expect(await log.read(r1)).toHaveLength(1);
      expect(await log.pendingEffects(r1)).toEqual([]);
      expect(await log.list()).toMatchObject([{ phase: 'preparing', sequence: 1 }]);
    });

    test('refuses an event of a rollout that was never begun', async () => {
      const late = appendOf({ expectedSequence: 3 });
      await expect(log.append(late)).rejects.toMatchObject({ code: 'conflict' });
      expect(await log.list()).toEqual([]);
    });

    test('keeps one active rollout a model', async () => {
      await log.append(appendOf({}));
      const second = appendOf({ rolloutId: r2, effects: [effect(1, 'r2')] });
      await expect(log.append(second)).rejects.toMatchObject({ code: 'rollout-exists' });
      expect(await log.read(r2)).toEqual([]);
      await log.append(appendOf({ rolloutId: r2, model: toModelName('other') }));
      await log.append(appendOf({ expectedSequence: 1, active: false, phase: 'promoted' }));
      await log.append(appendOf({ rolloutId: 'r3' as RolloutId }));
      const back = appendOf({ expectedSequence: 2, phase: 'rolling-back' });
      await expect(log.append(back)).rejects.toMatchObject({ code: 'rollout-exists' });
    });

    test('keeps effects pending until they are settled, in the order of their numbers', async () => {
      await log.append(appendOf({ effects: [effect(1), effect(2)] }));
      await log.append(
        appendOf({ expectedSequence: 1, effects: [effect(10), effect(9)].reverse() }),
      );
      await log.settleEffect('r1/2', 'done');
      await log.settleEffect('r1/2', 'failed');
      await log.settleEffect('r1/999', 'out-of-date');
      expect(await log.pendingEffects(r1)).toEqual([effect(1), effect(9), effect(10)]);
      expect(await log.pendingEffects(r2)).toEqual([]);
    });

    test('lists all rollouts, the newest first, as their newest event left them', async () => {
      await log.append(appendOf({ atMs: 1_000.6 }));
      await log.append(appendOf({ rolloutId: r2, model: toModelName('other'), atMs: 5_000 }));
      const end = { active: false, waiting: false, phase: 'rolled-back', atMs: 9_000 };
      await log.append(appendOf({ expectedSequence: 1, ...end }));
      expect(await log.list()).toEqual([
        expect.objectContaining({ rolloutId: r2, model: 'other', beganAtMs: 5_000 }),
        {
          rolloutId: r1,
          model: 'churn',
          sequence: 2,
          phase: 'rolled-back',
          active: false,
          waiting: false,
          beganAtMs: 1_001,
          changedAtMs: 9_000,
          position: 3,
        },
      ]);
    });

    test('tells which rollouts have changed since a position, in the order in which they did', async () => {
      const since = async (position: number) =>
        (await log.changedSince(position)).map(({ rolloutId, sequence, position: at }) => [
          rolloutId,
          sequence,
          at,
        ]);
      expect(await since(0)).toEqual([]);
      // The times are no help: clocks go back.
      await log.append(appendOf({ atMs: 9_000 }));
      await log.append(appendOf({ rolloutId: r2, model: toModelName('other'), atMs: 1_000 }));
      expect(await since(0)).toEqual([
        [r1, 1, 1],
        [r2, 1, 2],
      ]);
      await log.append(appendOf({ expectedSequence: 1, atMs: 500 }));
      const refused = log.append(appendOf({ expectedSequence: 1 }));
      await expect(refused).rejects.toMatchObject({ code: 'conflict' });
      expect(await since(0)).toEqual([
        [r2, 1, 2],
        [r1, 2, 3],
      ]);
      expect(await since(2)).toEqual([[r1, 2, 3]]);
      expect(await since(3)).toEqual([]);
    });

    test('finds what a server has to take up: what waits, and what has effects to be done', async () => {
      const over = { active: false, waiting: false };
      await log.append(appendOf({ ...over, effects: [effect(1)] }));
      await log.append(appendOf({ ...over, rolloutId: r2 }));
      await log.append(appendOf({ active: false, rolloutId: 'r3' as RolloutId }));
      const ids = async () => (await log.open()).map(({ rolloutId }) => rolloutId).toSorted();
      expect(await ids()).toEqual(['r1', 'r3']);
      await log.settleEffect('r1/1', 'done');
      expect(await ids()).toEqual(['r3']);
    });
  });
}
