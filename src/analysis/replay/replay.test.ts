import { expect, test } from 'vitest';
import { Arm } from '../../domain/arm.js';
import { Outcome } from '../../domain/observation.js';
import type { RequestId } from '../../domain/ids.js';
import { SimulatedTraffic } from '../simulation/simulated-traffic.js';
import { harmlessScenario, type Scenario } from '../simulation/scenario.js';
import { countFalseAlarms, drawArms, judgeSplit } from './false-alarms.js';
import type { RecordedObservation } from './recorded-moments.js';
import { replay } from './replay.js';

/** A hundred requests a second, as a server would have recorded them. */
function recording(scenario: Scenario, requests: number, share = 0.2): RecordedObservation[] {
  const traffic = new SimulatedTraffic(scenario, 11);
  return Array.from({ length: requests }, (_, index) => {
    const { isCanary, latencyMs, failed } = traffic.next(share);
    return {
      share: undefined,
      observation: {
        requestId: String(index) as RequestId,
        startedAtMs: 1_700_000_000_000 + index * 10,
        arm: isCanary ? Arm.Canary : Arm.Stable,
        latencyMs,
        outcome: failed ? Outcome.Error : Outcome.Ok,
      },
    };
  });
}

test('a slow canary is harm, and the crossing says when and by which check', () => {
  const slow = recording({ ...harmlessScenario, latencyFactor: 1.5 }, 12_000);
  const { verdict, crossings, looks, requests } = replay(slow, { settings: {}, share: 0.2 });
  expect(verdict.kind).toBe('harm');
  expect(requests).toBe(12_000);
  const all = crossings.find(({ what, check }) => what === 'harm' && check === undefined);
  expect(all?.requests).toBeGreaterThan(200);
  expect(all?.requests).toBeLessThan(6_000);
  expect(crossings.some(({ check }) => check === 'latency-mean')).toBe(true);
  expect(looks.length).toBeGreaterThan(50);
  expect(looks.length).toBeLessThanOrEqual(401);
});

test('a harmless canary crosses no line of harm', () => {
  const { verdict, crossings } = replay(recording(harmlessScenario, 12_000), {
    settings: {},
    share: 0.2,
  });
  expect(verdict.kind).not.toBe('harm');
  expect(crossings.filter(({ what }) => what === 'harm')).toEqual([]);
});

test('a share that changes in the recording opens a new step', () => {
  const first = recording(harmlessScenario, 2_000).map((one) => ({ ...one, share: 0.2 }));
  const again = recording(harmlessScenario, 2_000, 0.5).map((one) => ({
    share: 0.5,
    observation: { ...one.observation, startedAtMs: one.observation.startedAtMs + 20_000 },
  }));
  expect(replay([...first, ...again], { settings: {}, share: 0.2 }).steps).toBe(2);
});

test('a recorded ramp may be promoted in its last step only, and at 100% no more', () => {
  const onlyMean = { errors: null, latencyP95: null, latencyP99: null, latencyTwiceP99: null };
  const settings = { promoteAfterRequests: 0, checks: { ...onlyMean, latencyMean: { weight: 1 } } };
  const shares = [0.5, 0.2, 1];
  const ramp = shares.flatMap((share, step) =>
    recording(harmlessScenario, 6_000, share).map(({ observation }) => ({
      share,
      observation: { ...observation, startedAtMs: observation.startedAtMs + 60_000 * step },
    })),
  );
  const safeAfter = (recorded: readonly RecordedObservation[]) =>
    replay(recorded, { settings, share: 0.5 }).crossings.find(
      ({ what, check }) => what === 'safe' && check === undefined,
    )?.requests;
  expect(safeAfter(ramp.slice(0, 6_000))).toBeLessThan(6_000);
  const after = safeAfter(ramp);
  expect(after).toBeGreaterThan(5_990);
  expect(after).toBeLessThan(12_000);
});

test('a time-out is told of when its time was up, not when its request began', () => {
  const steady = recording(harmlessScenario, 2_000);
  const [first] = steady;
  const one = { ...first!.observation, outcome: Outcome.Timeout };
  const requestsAtLooks = (latencyMs: number) => {
    const late = { share: undefined, observation: { ...one, latencyMs } };
    const { looks } = replay([late, ...steady], { settings: {}, share: 0.2 });
    return (seconds: number) =>
      looks.find(({ atMs }) => atMs === one.startedAtMs + 1_000 * seconds)?.requests;
  };
  const [inTime, late] = [requestsAtLooks(1), requestsAtLooks(15_500)];
  expect(late(15)).toBe(inTime(15)! - 1);
  expect(late(16)).toBe(inTime(16));
});

test('a log that was written as requests ended is judged like one of their starts', () => {
  const byStart = [0.2, 0.4].flatMap((share, step) =>
    recording({ ...harmlessScenario, latencyFactor: 1.4 }, 3_000, share).map(({ observation }) => ({
      share,
      observation: { ...observation, startedAtMs: observation.startedAtMs + 30_000 * step },
    })),
  );
  const endOf = ({ observation }: RecordedObservation) =>
    observation.startedAtMs + observation.latencyMs;
  const byEnd = [...byStart].sort((a, b) => endOf(a) - endOf(b));
  expect(byEnd).not.toEqual(byStart);
  const plan = { settings: {}, share: 0.2 };
  expect(replay(byEnd, plan)).toEqual(replay(byStart, plan));
});

test('a recording whose clock goes backwards is judged all the same', () => {
  const mixed = recording(harmlessScenario, 4_000).reverse();
  expect(replay(mixed, { settings: {}, share: 0.2 }).requests).toBe(4_000);
  const steady = recording({ ...harmlessScenario, latencyFactor: 1.5 }, 8_000);
  const setBack = steady.map(({ observation, share }, index) => ({
    share,
    observation: {
      ...observation,
      startedAtMs: observation.startedAtMs - (index < 4_000 ? 0 : 3_600_000),
    },
  }));
  const { requests, verdict } = replay(setBack, { settings: {}, share: 0.2 });
  expect(requests).toBe(8_000);
  // The hour stands still: what was judged before it is, and nothing of it is lost.
  expect(verdict.step.stable + verdict.step.canary).toBe(8_000);
});

test('a recording with years between its requests is judged at once', () => {
  const [one, ...rest] = recording(harmlessScenario, 1_000);
  const earlier = { ...one!, observation: { ...one!.observation, startedAtMs: 0 } };
  const { looks, requests } = replay([earlier, ...rest], { settings: {}, share: 0.2 });
  expect(requests).toBe(1_000);
  expect(looks.length).toBeLessThan(100);
});

test('an empty recording has a verdict: nothing is measurable', () => {
  expect(replay([], { settings: {}, share: 0.2 }).verdict.kind).not.toBe('harm');
});

test('splits of harmless traffic alarm as rarely as alpha says', () => {
  const stable = recording(harmlessScenario, 4_000).map(({ observation }) => observation);
  const outcomes = Array.from({ length: 20 }, (_, seed) =>
    judgeSplit(stable, { settings: {}, share: 0.2, seed }),
  );
  const found = countFalseAlarms(outcomes);
  expect(found.splits).toBe(20);
  expect(found.rate).toBeLessThanOrEqual(0.1);
  expect(found.interval95[0]).toBeLessThanOrEqual(found.rate);
  expect(found.interval95[1]).toBeGreaterThanOrEqual(found.rate);
});

test('the same seed splits alike', () => {
  const stable = recording(harmlessScenario, 1_000).map(({ observation }) => observation);
  const plan = { settings: { promoteAfterRequests: 0 }, share: 0.5 };
  const split = (seed: number) => judgeSplit(stable, { ...plan, seed });
  expect(split(1)).toEqual(split(1));
});

test('a user who keeps the arm is never in both, and another seed splits the users anew', () => {
  const stable = recording(harmlessScenario, 2_000).map(({ observation }, index) => ({
    ...observation,
    stickyHash: (index % 200) * 7919,
  }));
  const canaries = (seed: number) => {
    const armsOf = new Map<number, Set<Arm>>();
    for (const { observation } of drawArms(stable, 0.3, seed)) {
      const arms = armsOf.get(observation.stickyHash) ?? new Set<Arm>();
      armsOf.set(observation.stickyHash, arms.add(observation.arm));
    }
    expect([...armsOf.values()].every(({ size }) => size === 1)).toBe(true);
    return [...armsOf].filter(([, arms]) => arms.has(Arm.Canary)).map(([user]) => user);
  };
  expect(canaries(1).length).toBeGreaterThan(40);
  expect(canaries(1).length).toBeLessThan(80);
  expect(canaries(2)).not.toEqual(canaries(1));
});

test('too little traffic is refused, not judged', () => {
  const stable = recording(harmlessScenario, 20).map(({ observation }) => observation);
  expect(() => judgeSplit(stable, { settings: {}, share: 0.5, seed: 1 })).toThrow(/at least 200/);
});
