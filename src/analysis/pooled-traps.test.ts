import { describe, expect, it } from 'vitest';
import { momentsOf, noMoments, addToMoments } from '../stats/moments.js';
import { Direction, halfNormalLogE } from '../stats/half-normal-mixture.js';
import { addMeanBucket, estimatesFromEachStep, noMeanSums } from './mean-sums.js';
import { harmlessScenario, strictTolerances, type Scenario } from './simulation/scenario.js';
import { simulateRollout, type Ramp } from './simulation/simulate-rollout.js';
import { SimulatedTraffic } from './simulation/simulated-traffic.js';

// Two ways in which a judge that pools a whole rollout errs, once load and share move together
// (Simpson's paradox). The pooled judge below runs the very same engine on the very same requests;
// all that it lacks is the comparison within buckets of time.

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

/** Whether the pooled judge ever alarms, looking after every 200 requests. */
function pooledJudgeAlarms(scenario: Scenario, seed: number, tolerance: number): boolean {
  const traffic = new SimulatedTraffic(scenario, seed);
  const canary = noMoments();
  const stable = noMoments();
  for (let requests = 1; requests <= ramp.atMost; requests += 1) {
    const { isCanary, latencyMs } = traffic.next(requests <= 2000 ? 0.1 : 0.5);
    addToMoments(isCanary ? canary : stable, Math.log(latencyMs));
    if (requests % ramp.bucketRequests !== 0 || canary.count < 30) continue;
    const onlyBucket = noMeanSums();
    addMeanBucket(onlyBucket, canary, stable);
    const { estimate, information } = estimatesFromEachStep([onlyBucket])[0]!;
    const margin = Math.log1p(tolerance);
    if (halfNormalLogE(estimate, information, margin, Direction.Above) >= Math.log(20)) return true;
  }
  return false;
}

function countOf(happens: (seed: number) => boolean): number {
  return Array.from({ length: runs }, (_, seed) => happens(seed)).filter(Boolean).length;
}

describe('the load drops 30% while the share grows, and the canary is truly 10% slower', () => {
  const scenario = {
    ...harmlessScenario,
    latencyFactor: 1.1,
    drift: { factor: 0.7, ...asTheShareGrows },
  };

  it('a pooled judge does not find it', () => {
    expect(countOf((seed) => pooledJudgeAlarms(scenario, seed, 0.05))).toBe(0);
  });

  it('the judge finds it', () => {
    const found = countOf(
      (seed) => simulateRollout(scenario, seed, {}, ramp).outcome === 'rolled-back',
    );
    expect(found).toBeGreaterThanOrEqual(0.85 * runs);
  });
});

describe('the load grows by as much while the share grows, and the canary is harmless', () => {
  const scenario = { ...harmlessScenario, drift: { factor: 1 / 0.7, ...asTheShareGrows } };

  it('a pooled judge always alarms', () => {
    expect(countOf((seed) => pooledJudgeAlarms(scenario, seed, 0))).toBe(runs);
  });

  it('the judge does not, however strict', () => {
    const alarms = countOf(
      (seed) => simulateRollout(scenario, seed, strictTolerances, ramp).outcome === 'rolled-back',
    );
    expect(alarms).toBe(0);
  });
});

it('both judges see the same requests', () => {
  const draw = (seed: number): number[] => {
    const traffic = new SimulatedTraffic(harmlessScenario, seed);
    return Array.from({ length: 100 }, () => traffic.next(0.1).latencyMs);
  };
  expect(momentsOf(draw(1))).toEqual(momentsOf(draw(1)));
});
