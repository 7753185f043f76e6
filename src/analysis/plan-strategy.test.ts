import { describe, expect, it } from 'vitest';
import { CheckName } from '../domain/evidence.js';
import { checksWithoutPlan, planStrategy, type StepOutlook } from './plan-strategy.js';
import type { PartialJudgeSettings } from './read-judge-settings.js';
import { harmlessScenario, type Scenario } from './simulation/scenario.js';
import { simulateRollout } from './simulation/simulate-rollout.js';
import { median } from './simulation/simulation-table.js';

// ln latency of the simulation: 0.5² and 1% at ln 10.
const traffic = { requestsPerSecond: 40, errorRate: 0.005, latencySpread: 0.55 };
const slower = { latency: 0.2, errorRate: 0.005 };

const requestsOf = (outlook: StepOutlook | undefined, check: CheckName): number =>
  outlook?.checks.find((one) => one.check === check)?.find?.requests ?? Infinity;

describe('the plan says about as many requests as the judge then takes', () => {
  const onlyOne = (name: 'latencyMean' | 'errors'): PartialJudgeSettings => ({
    checks: {
      errors: null,
      latencyMean: null,
      latencyP95: null,
      latencyP99: null,
      latencyTwiceP99: null,
      [name]: { weight: 1 },
    },
  });
  const simulated = (scenario: Partial<Scenario>, settings: PartialJudgeSettings, share: number) =>
    median(
      Array.from(
        { length: 30 },
        (_, seed) =>
          simulateRollout({ ...harmlessScenario, ...scenario }, seed, settings, {
            steps: [{ share, requests: Infinity }],
            atMost: 30_000,
            bucketRequests: 200,
          }).requests,
      ),
    )!;

  it.each([
    [0.1, 0.2],
    [0.5, 0.15],
  ])('at a share of %d, for a canary that is %d slower', (share, latency) => {
    const settings = onlyOne('latencyMean');
    const regression = { ...slower, latency };
    const steps = [{ share, maxMinutes: null }];
    const [planned] = planStrategy(traffic, regression, steps, settings, 0.5);
    const took = simulated({ latencyFactor: 1 + latency }, settings, share);
    const ratio = requestsOf(planned, CheckName.LatencyMean) / took;
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.8);
  });

  it.each([
    [0.1, 0.02],
    [0.5, 0.015],
  ])('at a share of %d, for errors of %d', (share, errorRate) => {
    const settings = onlyOne('errors');
    const steps = [{ share, maxMinutes: null }];
    const [planned] = planStrategy(traffic, { latency: 0, errorRate }, steps, settings, 0.5);
    const took = simulated({ canaryErrors: errorRate }, settings, share);
    const ratio = requestsOf(planned, CheckName.Errors) / took;
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.8);
  });
});

it('half the traffic for the canary finds a regression sooner than a tenth of it', () => {
  const steps = [0.1, 0.5].map((share) => ({ share, maxMinutes: null }));
  const [tenth, half] = planStrategy(traffic, slower, steps);
  for (const check of [CheckName.LatencyMean, CheckName.LatencyP95]) {
    expect(requestsOf(half, check)).toBeLessThan(requestsOf(tenth, check));
  }
});

it('warns that errors of 1% instead of 0.5% are hardly found at a share of 10%', () => {
  const steps = [{ share: 0.1, maxMinutes: 20_000 / 40 / 60 }];
  const [outlook] = planStrategy(traffic, { latency: 0, errorRate: 0.01 }, steps);
  expect(outlook?.warnings[0]).toMatch(
    /^errors from 0\.5% to 1% at 10% of 40 requests a second is found in [\d,]+ requests, .+; the step ends after 8\.3 minutes$/,
  );
});

it('says that a regression within the tolerance is never found', () => {
  const steps = [{ share: 0.5, maxMinutes: null }];
  const [outlook] = planStrategy(traffic, { latency: 0.04, errorRate: 0.005 }, steps);
  expect(requestsOf(outlook, CheckName.LatencyMean)).toBe(Infinity);
  expect(outlook?.warnings.join()).toContain('is never found');
});

it('turns requests into minutes', () => {
  const steps = [{ share: 0.5, maxMinutes: null }];
  const find = (requestsPerSecond: number) =>
    planStrategy({ ...traffic, requestsPerSecond }, slower, steps)[0]?.checks.find(
      ({ check }) => check === CheckName.LatencyMean,
    )?.find;
  const slow = find(10)!;
  expect(slow.minutes).toBeCloseTo(slow.requests / 600, 9);
  expect(find(20)!.minutes).toBeLessThan(slow.minutes);
});

it('leaves out steps in which only one arm serves', () => {
  const steps = [0, 0.1, 1].map((share) => ({ share, maxMinutes: null }));
  expect(planStrategy(traffic, slower, steps).map(({ share }) => share)).toEqual([0.1]);
});

it.each([
  ['no traffic', { ...traffic, requestsPerSecond: 0 }, slower],
  ['no spread', { ...traffic, latencySpread: 0 }, slower],
  ['a rate of 0', { ...traffic, errorRate: 0 }, slower],
  ['a slow-down that is no number', traffic, { ...slower, latency: NaN }],
])('%s is refused', (_name, given, regression) => {
  expect(() => planStrategy(given, regression, [{ share: 0.1, maxMinutes: null }])).toThrow(
    'cannot be judged',
  );
});

it('a check of which nothing is known beforehand is named as not planned', () => {
  expect(checksWithoutPlan({})).toEqual([]);
  expect(
    checksWithoutPlan({ checks: { timeouts: {}, feedback: { measure: 'score', tolerance: 1 } } }),
  ).toEqual(['timeouts', 'feedback']);
});
