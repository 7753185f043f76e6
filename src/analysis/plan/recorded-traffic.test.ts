import { expect, test } from 'vitest';
import { Arm } from '../../domain/arm.js';
import type { RequestId } from '../../domain/ids.js';
import { Outcome, type Observation } from '../../domain/observation.js';
import { harmlessScenario } from '../simulation/scenario.js';
import { SimulatedTraffic } from '../simulation/simulated-traffic.js';
import { trafficOf } from './recorded-traffic.js';

/** Fifty requests a second; the simulation's median is 20 ms, 1% are ten times as slow. */
function recording(requests: number): Observation[] {
  const traffic = new SimulatedTraffic({ ...harmlessScenario, latencyFactor: 9 }, 3);
  return Array.from({ length: requests }, (_, index) => {
    const { isCanary, latencyMs, failed } = traffic.next(0.2);
    return {
      requestId: String(index) as RequestId,
      startedAtMs: 1_700_000_000_000 + 20 * index,
      arm: isCanary ? Arm.Canary : Arm.Stable,
      latencyMs,
      outcome: failed ? Outcome.Error : Outcome.Ok,
    };
  });
}

test('a recording tells the pace of both arms, and errors and latencies of stable', () => {
  const { requestsPerSecond, errorRate, latencyMs, latencySpread } = trafficOf(recording(20_000));
  expect(requestsPerSecond).toBeCloseTo(50, 6);
  expect(errorRate).toBeGreaterThan(0.003);
  expect(errorRate).toBeLessThan(0.007);
  expect(latencyMs / 20).toBeCloseTo(1, 1);
  expect(latencySpread).toBeCloseTo(0.55, 1);
});

test('a recording without an error does not say that there is none', () => {
  const harmless = recording(300).map((one) => ({ ...one, outcome: Outcome.Ok }));
  expect(trafficOf(harmless).errorRate).toBeGreaterThan(0.001);
});

test.each([
  ['nothing', []],
  ['a few requests', recording(90)],
  ['requests of one moment', recording(300).map((one) => ({ ...one, startedAtMs: 5 }))],
  ['latencies that are all the same', recording(300).map((one) => ({ ...one, latencyMs: 7 }))],
])('%s tell nothing', (_what, recorded) => {
  expect(() => trafficOf(recorded)).toThrow(/at least 100 recorded requests/);
});
