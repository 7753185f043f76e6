import { describe, expect, test } from 'vitest';
import type { LoadPlan } from '../../../src/gates/loadtest/plan.js';
import { reportOfLoadTest } from '../../../src/gates/loadtest/report/to-report.js';
import { parseThreshold } from '../../../src/gates/loadtest/thresholds/parse-threshold.js';
import { findingsOf } from '../../../src/gates/report/report.js';
import { simulate, simulatedTarget, type Stalls } from './simulated.js';

const quick: Stalls = { serviceMs: 1, everyMs: 1000, forMs: 0 };
const slow: Stalls = { serviceMs: 20, everyMs: 1000, forMs: 0 };
/** After one second it does not answer for ten minutes. */
const hanging: Stalls = { serviceMs: 1, everyMs: 600_000, forMs: 599_000 };

function planOf(threshold: string, changes: Partial<LoadPlan> = {}): LoadPlan {
  return {
    load: { kind: 'open', fromPerSecond: 40, toPerSecond: 40 },
    warmUpMs: 0,
    durationMs: 100_000,
    timeoutMs: 30_000,
    thresholds: [parseThreshold(threshold)],
    stopEarly: true,
    seed: 1,
    ...changes,
  };
}

describe('a test that cannot pass any more stops', () => {
  test.each([
    ['p99<10ms', slow, 'requests took longer than 10.0 ms, and 40 may'],
    ['max<10ms', slow, 'max<10ms cannot be kept any more: a request took longer'],
    ['mean<10ms', slow, 'even if every other request took no time'],
    ['p99<10ms', hanging, 'p99<10ms cannot be kept any more'],
    ['max<10ms', hanging, 'max<10ms cannot be kept any more'],
    ['rps>39', hanging, 'rps>39 cannot be reached any more'],
  ])('%s of %o', async (threshold, stalls, reason) => {
    const result = await simulate({
      plan: planOf(threshold),
      target: (virtual) => simulatedTarget(virtual, stalls, 1000),
    });
    expect(result.stopped).toContain(reason);
    expect(result.durationMs).toBeLessThan(90_000);
    expect(result.thresholds[0]!.kept).toBe(false);
  });

  test('when more have failed than may fail in all', async () => {
    const failing = (every: number) =>
      simulate({
        plan: planOf('errors<1%'),
        target: (virtual) =>
          simulatedTarget(virtual, quick, 10, (request) => (request % every === 0 ? 500 : 200)),
      });
    const oneInTwo = await failing(2);
    expect(oneInTwo.stopped).toMatch(
      /^errors<1% cannot be kept any more: 4\d requests have failed, and 40 may$/,
    );
    expect(oneInTwo.durationMs).toBeLessThan(3_000);
    const oneInTwoHundred = await failing(200);
    expect(oneInTwoHundred.stopped).toBeNull();
    expect(oneInTwoHundred.thresholds[0]).toMatchObject({ kept: true, value: 0.005 });
  });

  test('not before: a good server has all of its time', async () => {
    for (const threshold of ['p99<10ms', 'errors<0.1%', 'rps>39', 'mean<2ms', 'max<5ms']) {
      const result = await simulate({
        plan: planOf(threshold),
        target: (virtual) => simulatedTarget(virtual, quick, 10),
      });
      expect(result.stopped, threshold).toBeNull();
      expect(result.thresholds[0]!.kept, threshold).toBe(true);
      expect(result.target.requests).toBe(4000);
    }
  });

  test('and says of a server that hangs how long requests have waited', async () => {
    const result = await simulate({
      plan: planOf('p99<2s'),
      target: (virtual) => simulatedTarget(virtual, hanging, 1000),
    });
    const report = reportOfLoadTest(result);
    expect(report.passed).toBe(false);
    const found = findingsOf(report).find(({ code }) => code === 'loadtest-unanswered');
    expect(found?.severity).toBe('error');
    expect(found?.title).toMatch(/^\d+ requests had no answer when the test was stopped$/);
    expect(found?.found).toMatch(/^the oldest had waited for \d+(\.\d+)? s$/);
  });

  test('and does not where it is told to go on', async () => {
    const result = await simulate({
      plan: planOf('p99<10ms', { stopEarly: false }),
      target: (virtual) => simulatedTarget(virtual, slow, 10),
    });
    expect(result.stopped).toBeNull();
    expect(result.target.requests).toBe(4000);
    expect(result.thresholds[0]).toMatchObject({ kept: false, restsOn: 40 });
  });
});

describe('what is measured', () => {
  test('begins after the warm-up', async () => {
    // The first 100 requests fail: all of the warm-up, and none later.
    const result = await simulate({
      plan: planOf('errors<=0', { warmUpMs: 2_500 }),
      target: (virtual) =>
        simulatedTarget(virtual, quick, 10, (request) => (request < 100 ? 500 : 200)),
    });
    expect(result.target.warmUp).toEqual({ requests: 100, failed: 100 });
    expect(result.target).toMatchObject({ requests: 4000, good: 4000, failures: [] });
  });

  test('counts requests that nobody answers as slow as they are', async () => {
    const result = await simulate({
      plan: planOf('p99<10ms', { stopEarly: false, timeoutMs: 2_000, durationMs: 10_000 }),
      target: (virtual) => simulatedTarget(virtual, hanging, 1000),
    });
    expect(result.target.latencyMs!.p99).toBeGreaterThan(1_950);
    expect(result.target.failures).toMatchObject([
      { kind: 'timeout', count: result.target.requests },
    ]);
  });

  test('is nothing where the only user thinks until the end, and that fails', async () => {
    const minute = { from: 60_000, to: 60_000 };
    const load = { kind: 'closed', users: 1, spawnPerSecond: 1, thinkMs: minute } as const;
    const result = await simulate({
      plan: planOf('errors<1%', { load, warmUpMs: 1_000, durationMs: 10_000 }),
      target: (virtual) => simulatedTarget(virtual, quick, 10),
    });
    expect(result.target.warmUp).toEqual({ requests: 1, failed: 0 });
    const report = reportOfLoadTest(result);
    expect(report.passed).toBe(false);
    expect(findingsOf(report)).toMatchObject([
      { code: 'loadtest-nothing-measured', severity: 'error', found: 'none' },
      { code: 'loadtest-threshold', found: 'no request that could be measured' },
    ]);
  });

  test('in a closed loop is what so many users do in turn', async () => {
    const load = {
      kind: 'closed',
      users: 4,
      spawnPerSecond: 2,
      thinkMs: { from: 0, to: 0 },
    } as const;
    const result = await simulate({
      plan: planOf('rps>10', { load, durationMs: 10_000, warmUpMs: 2_000 }),
      target: (virtual) => simulatedTarget(virtual, { ...quick, serviceMs: 5 }, 10),
    });
    // One worker, 5 ms each, and always somebody who waits.
    expect(result.target.goodPerSecond).toBeGreaterThan(198);
    expect(result.target.latencyMs!.p50).toBeGreaterThan(19);
    expect(result.client.lagMs).toBeNull();
  });
});

describe('two targets in one run', () => {
  const against = (candidate: Stalls, stable: Stalls) =>
    simulate({
      plan: planOf('errors<1%', {
        load: { kind: 'open', fromPerSecond: 200, toPerSecond: 200 },
        durationMs: 30_000,
      }),
      target: (virtual) => simulatedTarget(virtual, candidate, 10),
      stable: (virtual) => simulatedTarget(virtual, stable, 10),
    });

  test('share the requests, and the judge says which is slower', async () => {
    const slower = await against({ ...quick, serviceMs: 1.5 }, quick);
    expect(slower.target.requests + slower.stable!.requests).toBe(6000);
    expect(Math.abs(slower.target.requests - 3000)).toBeLessThan(200);
    expect(slower.verdict!.kind).toBe('harm');
    const mean = slower.verdict!.evidence.find(({ check }) => check === 'latency-mean')!;
    expect(mean.estimate!.low).toBeGreaterThan(0.3);
    expect(mean.estimate!.high).toBeLessThan(0.7);
  });

  test('are alike where they are', async () => {
    const alike = await against(quick, quick);
    expect(alike.verdict!.kind).not.toBe('harm');
  });
});
