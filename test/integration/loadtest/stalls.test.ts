import { describe, expect, test } from 'vitest';
import type { ClosedLoad, LoadPlan, OpenLoad } from '../../../src/gates/loadtest/plan.js';
import { clientBottleneck } from '../../../src/gates/loadtest/results/client-delay.js';
import { doneAtMs, simulate, simulatedTarget, type Stalls } from './simulated.js';

const openLoad: OpenLoad = { kind: 'open', fromPerSecond: 200, toPerSecond: 200 };
const oneUser: ClosedLoad = {
  kind: 'closed',
  users: 1,
  spawnPerSecond: Infinity,
  thinkMs: { from: 4, to: 4 },
};

function planOf(load: LoadPlan['load']): LoadPlan {
  return {
    load,
    warmUpMs: 0,
    durationMs: 60_000,
    timeoutMs: 30_000,
    thresholds: [],
    stopEarly: false,
    seed: 1,
  };
}

/** What callers who come every 5 ms really meet, computed without the load generator. */
function trueLatencies(stalls: Stalls, perSecond: number, seconds: number): number[] {
  let freeAtMs = 0;
  const latencies = Array.from({ length: perSecond * seconds }, (_, k) => {
    const dueMs = (k * 1000) / perSecond;
    freeAtMs = doneAtMs(dueMs, freeAtMs, stalls);
    return freeAtMs - dueMs;
  });
  return latencies.sort((a, b) => a - b);
}

describe('a server that stalls', () => {
  test.each<Stalls>([
    { serviceMs: 1, everyMs: 10_000, forMs: 400 },
    { serviceMs: 3, everyMs: 1_000, forMs: 50 },
    { serviceMs: 0.5, everyMs: 30_000, forMs: 2_000 },
  ])('is measured as its callers meet it: %o', async (stalls) => {
    const { target } = await simulate({
      plan: planOf(openLoad),
      // With few connections, a generator that waits for answers would send less while it stalls.
      target: (virtual) => simulatedTarget(virtual, stalls, 4),
    });
    const truth = trueLatencies(stalls, 200, 60);
    expect(target.good).toBe(truth.length);
    for (const [name, share] of [
      ['p50', 0.5],
      ['p99', 0.99],
      ['p999', 0.999],
    ] as const) {
      const expected = truth[Math.ceil(share * truth.length) - 1]!;
      expect(target.latencyMs![name] / expected, name).toBeGreaterThan(0.95);
      expect(target.latencyMs![name] / expected, name).toBeLessThan(1.05);
    }
  });

  test('looks healthy to users who wait for it, which is why there is an open loop', async () => {
    const stalls = { serviceMs: 1, everyMs: 10_000, forMs: 400 };
    const { target } = await simulate({
      plan: planOf(oneUser),
      target: (virtual) => simulatedTarget(virtual, stalls, 1),
    });
    expect(target.latencyMs!.p99).toBeLessThan(1.1);
    expect(trueLatencies(stalls, 200, 60)[Math.floor(0.99 * 12_000)]).toBeGreaterThan(200);
  });

  test('is told apart from a load generator that is late itself', async () => {
    const stalls = { serviceMs: 1, everyMs: 10_000, forMs: 0 };
    const run = (lateByMs: number) =>
      simulate({
        plan: planOf(openLoad),
        target: (virtual) => simulatedTarget(virtual, stalls, 4),
        lateByMs,
      });
    const punctual = await run(0);
    expect(punctual.client.lagMs!.p99).toBeLessThan(0.1);
    expect(clientBottleneck(punctual.client, punctual.target.latencyMs)).toBeUndefined();
    const late = await run(7);
    expect(late.client.lagMs!.p90).toBeGreaterThan(6.9);
    expect(late.target.serviceMs!.p50).toBeLessThan(5);
    expect(clientBottleneck(late.client, late.target.latencyMs)).toMatch(/sent requests .* late/);
  });
});
