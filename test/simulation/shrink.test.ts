import { expect, test } from 'vitest';
import { noFaults, simpleStrategy, simulatedHold } from '../../src/rollout/simulate/scenario.js';
import { describeFailure, shrink } from '../../src/rollout/simulate/shrink.js';
import { simulate } from '../../src/rollout/simulate/simulate.js';
import { toPercent } from '../../src/domain/share.js';
import { MemoryEventLog } from '../rollout/memory-event-log.js';

/** Forgets what is still to be done: what a broken store would do. */
class ForgetfulLog extends MemoryEventLog {
  override pendingEffects() {
    return Promise.resolve([]);
  }
}

test('a failure is shrunk to the faults that it needs, and printed with its seed', async () => {
  const step = { kind: 'weight', weight: toPercent(10), hold: simulatedHold } as const;
  const scenario = {
    strategy: simpleStrategy([{ ...step, onUndecided: 'pause' }]),
    canary: 'good' as const,
    showsAfterMs: 0,
    servesInProcess: true,
    traffic: 50,
    requests: 0,
    rates: { ...noFaults, crash: 0.05, slowness: 0.2, duplicate: 0.5, delay: 0.5 },
  };
  const options = { newLog: () => new ForgetfulLog(), scenario };
  let failed = await simulate(1, options);
  for (let seed = 2; failed.violations.length === 0; seed++) failed = await simulate(seed, options);
  const smallest = await shrink(failed, options);
  expect(smallest.violations[0]?.invariant).toBe(failed.violations[0]?.invariant);
  expect(smallest.faults.length).toBeLessThan(failed.faults.length);
  expect(smallest.faults.some((fault) => fault.startsWith('crash'))).toBe(true);
  const text = describeFailure(smallest);
  expect(text).toContain(`seed ${failed.seed} violates: `);
  expect(text).toContain('the server starts again');
});
