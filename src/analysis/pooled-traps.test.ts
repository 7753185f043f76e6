import { describe, expect, it } from 'vitest';
import { addToMoments, noMoments } from '../stats/moments.js';
import { Direction, halfNormalLogE } from '../stats/half-normal-mixture.js';
import { defaultJudgeSettings } from './judge-settings.js';
import { addMeanBucket, estimatesFromEachStep, noMeanSums } from './mean-sums.js';
import { harmlessScenario, strictTolerances, type Scenario } from './simulation/scenario.js';
import { simulateRollout, type Ramp } from './simulation/simulate-rollout.js';
import { SimulatedTraffic } from './simulation/simulated-traffic.js';

// Two ways in which a judge that pools a whole rollout errs, once load and share move together
// (Simpson's paradox). The pooled judge below runs the very same engine with the very same tolerance on
// the very same requests; all that it lacks is the comparison within buckets of time.

const runs = 40;
const ramp: Ramp = {
  steps: [
    { share: 0.1, requests: 2000 },
    { share: 0.5, requests: 0 },
  ],
  atMost: 16_000,
  bucketRequests: 200,
};
const asTheShareGrows = { from: 2000, until: 2001 };

type Judging = (scenario: Scenario, seed: number) => boolean;

/** Whether it ever alarms, with the tolerances that everybody gets. */
const theJudge: Judging = (scenario, seed) =>
  simulateRollout(scenario, seed, {}, ramp).outcome === 'rolled-back';

/** The same tolerance and evidence on the same requests, looked at as often, but all in one bucket. */
const aPooledJudge: Judging = (scenario, seed) => {
  const traffic = new SimulatedTraffic(scenario, seed);
  const canary = noMoments();
  const stable = noMoments();
  const tolerated = Math.log1p(defaultJudgeSettings.checks.latencyMean?.tolerance ?? 0);
  for (let requests = 1; requests <= ramp.atMost; requests += 1) {
    const { isCanary, latencyMs } = traffic.next(requests <= 2000 ? 0.1 : 0.5);
    addToMoments(isCanary ? canary : stable, Math.log(latencyMs));
    if (requests % ramp.bucketRequests !== 0 || canary.count < 30) continue;
    const onlyBucket = noMeanSums();
    addMeanBucket(onlyBucket, canary, stable);
    const { estimate, information } = estimatesFromEachStep([onlyBucket])[0]!;
    const logE = halfNormalLogE(estimate, information, tolerated, Direction.Above);
    if (logE >= -Math.log(defaultJudgeSettings.alpha)) return true;
  }
  return false;
};

const slowerWhileLoadDrops: Scenario = {
  ...harmlessScenario,
  latencyFactor: 1.1,
  drift: { factor: 0.7, ...asTheShareGrows },
};
/** The other way round: while the load drops, a pooled judge takes any canary for a fast one. */
const harmlessWhileLoadGrows: Scenario = {
  ...harmlessScenario,
  drift: { factor: 1 / 0.7, ...asTheShareGrows },
};

function alarmsOf(judging: Judging, scenario: Scenario): number {
  return Array.from({ length: runs }, (_, seed) => judging(scenario, seed)).filter(Boolean).length;
}

/** The two traps: each fails for a judge that pools. */
const traps = {
  'finds a canary that is 10% slower while the load drops 30% and its share grows from 10 to 50%': (
    judging: Judging,
  ) => {
    expect(alarmsOf(judging, slowerWhileLoadDrops)).toBeGreaterThanOrEqual(0.85 * runs);
  },
  'is not alarmed by a harmless canary while load and share grow as much': (judging: Judging) => {
    expect(alarmsOf(judging, harmlessWhileLoadGrows)).toBe(0);
  },
};

describe('the judge', () => {
  it.each(Object.entries(traps))('%s', (_name, trap) => trap(theJudge));

  it('is not alarmed by it either where nothing is tolerated', () => {
    const strict: Judging = (scenario, seed) =>
      simulateRollout(scenario, seed, strictTolerances, ramp).outcome === 'rolled-back';
    expect(alarmsOf(strict, harmlessWhileLoadGrows)).toBe(0);
  });
});

describe('a judge that pools a whole rollout', () => {
  it.each(Object.entries(traps))('would fail the test that it %s', (_name, trap) => {
    expect(() => trap(aPooledJudge)).toThrow(/^expected \d+ to be/);
  });

  it('never finds the slower canary, and alarms over nearly every harmless one', () => {
    expect(alarmsOf(aPooledJudge, slowerWhileLoadDrops)).toBe(0);
    expect(alarmsOf(aPooledJudge, harmlessWhileLoadGrows)).toBeGreaterThanOrEqual(0.95 * runs);
  });
});
