import { expect, test } from 'vitest';
import { simulateMany } from '../../src/rollout/simulate/simulate-many.js';
import { simulate } from '../../src/rollout/simulate/simulate.js';
import { describeFailure } from '../../src/rollout/simulate/shrink.js';
import { everyEventType } from '../rollout/every-event-type.js';
import { MemoryEventLog } from '../rollout/memory-event-log.js';

/*
 * SIMULATE_ROLLOUTS and SIMULATE_SEED change how many and which: CI runs these, a night can run
 * more. A failure prints the seed and the shrunk history.
 */
const rollouts = Number(process.env['SIMULATE_ROLLOUTS'] ?? 100_000);
const firstSeed = Number(process.env['SIMULATE_SEED'] ?? 1);
// Most errors here are thrown by the thousand, and nobody reads where.
Error.stackTraceLimit = 0;
const newLog = () => new MemoryEventLog();

/** What goes out of the controller, and may fail, be slow, and be the last thing of a process. */
const calls = [
  ...['append', 'settle', 'log.read', 'log.pending', 'log.list', 'log.open'],
  ...['router.setWeight', 'router.weightInForce', 'router.startShadow', 'router.stopShadow'],
  ...['load', 'promote', 'unload', 'keep warm', 'gate', 'judge.open', 'notify'],
];
const everyRepeat = everyEventType.flatMap((type) => [`${type} twice`, `${type} again later`]);
const everyFault = [
  ...calls.flatMap((call) => [`crash before ${call}`, `crash after ${call}`]),
  ...calls.flatMap((call) => [`slow ${call}`, `failure of ${call}`, `lost answer of ${call}`]),
  ...calls.map((call) => `late answer of ${call}`),
  ...['a late timer', 'a look told twice', 'a look told again later', 'gate says no'],
  ...['the clock jumps', 'somebody meddles with the router'],
];

test('a hundred thousand rollouts keep every promise, whatever goes wrong', async () => {
  const many = await simulateMany(firstSeed, rollouts, { newLog });
  expect(many.failure && describeFailure(many.failure)).toBeUndefined();
  expect(many.rollouts).toBe(rollouts);
  // Every way to end, and every kind of fault, is among them; otherwise little was shown.
  for (const end of ['promoted', 'rolled-back', 'failed', 'aborted', 'paused']) {
    expect(many.ends.get(end) ?? 0, end).toBeGreaterThan(rollouts / 200);
  }
  for (const fault of everyFault) {
    expect(many.faults.get(fault) ?? 0, fault).toBeGreaterThan(rollouts / 2_000);
  }
  // Some of them are rare in themselves.
  for (const repeat of everyRepeat) {
    expect(many.repeats.get(repeat) ?? 0, repeat).toBeGreaterThan(rollouts / 10_000);
  }
  console.log(
    `${many.rollouts} rollouts from seed ${firstSeed}: ${many.events} events, ${many.crashes} crashes,`,
    Object.fromEntries(many.ends),
  );
}, 1_800_000);

test('the same seed gives the same history', async () => {
  const [one, other] = await Promise.all([
    simulate(7, { newLog, keepsHistory: true }),
    simulate(7, { newLog, keepsHistory: true }),
  ]);
  expect(one.history.length).toBeGreaterThan(5);
  expect(one).toEqual(other);
});
