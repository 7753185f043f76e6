import { describe, expect, it } from 'vitest';
import { CheckName } from '../../domain/evidence.js';
import { Judge } from '../judge.js';
import { liveJudgeSettings } from '../live-judge-settings.js';
import type { PartialJudgeSettings } from '../read-judge-settings.js';
import { harmlessScenario, type Scenario } from '../simulation/scenario.js';
import { simulateRollout } from '../simulation/simulate-rollout.js';
import { median } from '../simulation/simulation-table.js';
import type { PlannedStep, StepOutlook } from './plan-outlook.js';
import { checksWithoutPlan, planStrategy } from './plan-strategy.js';

// ln latency of the simulation: 0.5² and 1% at ln 10.
const traffic = { requestsPerSecond: 40, errorRate: 0.005, latencySpread: 0.55, latencyMs: 20 };
const slower = { latency: 0.2, errorRate: 0.005, drift: 0 };
const weight = (share: number, maxMinutes: number | null = null): PlannedStep => ({
  kind: 'weight',
  share,
  maxMinutes,
});

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
    const steps = [weight(share)];
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
    const regression = { latency: 0, errorRate, drift: 0 };
    const [planned] = planStrategy(traffic, regression, [weight(share)], settings, 0.5);
    const took = simulated({ canaryErrors: errorRate }, settings, share);
    const ratio = requestsOf(planned, CheckName.Errors) / took;
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.8);
  });
});

it('half the traffic for the canary finds a regression sooner than a tenth of it', () => {
  const steps = [0.1, 0.5].map((share) => weight(share));
  const [tenth, half] = planStrategy(traffic, slower, steps);
  for (const check of [CheckName.LatencyMean, CheckName.LatencyP95]) {
    expect(requestsOf(half, check)).toBeLessThan(requestsOf(tenth, check));
  }
});

it('warns that errors of 1% instead of 0.5% are hardly found at a share of 10%', () => {
  const steps = [weight(0.1, 20_000 / 40 / 60)];
  const regression = { latency: 0, errorRate: 0.01, drift: 0 };
  const [outlook] = planStrategy(traffic, regression, steps);
  expect(outlook?.warnings[0]).toMatch(
    /^errors from 0\.5% to 1% at 10% of 40 requests a second is found in [\d,]+ requests, .+; the step ends after 8\.3 minutes$/,
  );
});

it('says that a regression within the tolerance is never found', () => {
  const regression = { latency: 0.04, errorRate: 0.005, drift: 0 };
  const [outlook] = planStrategy(traffic, regression, [weight(0.5)]);
  expect(requestsOf(outlook, CheckName.LatencyMean)).toBe(Infinity);
  expect(outlook?.warnings).toEqual([
    expect.stringMatching(
      /^a canary that is 4% slower at 50% .* is never found \(latency-mean: up to 5% slower is tolerated; latency-p95: up to 10% /,
    ),
  ]);
});

it('warns of a slower canary only where none of the checks finds it in time', () => {
  const [outlook] = planStrategy(traffic, slower, [weight(0.5, 5)]);
  const never = outlook?.checks.filter(({ find }) => find === null).map(({ check }) => check);
  expect(never).toContain(CheckName.LatencyP99);
  expect(outlook?.warnings.filter((warning) => warning.includes('slower'))).toEqual([]);
});

describe('what is tolerated in milliseconds', () => {
  const settings = liveJudgeSettings({}, false);
  const planned = (latencyMs: number) =>
    planStrategy({ ...traffic, latencyMs }, slower, [weight(0.5)], settings)[0]!;
  const meanOf = (latencyMs: number) =>
    planned(latencyMs).checks.find(({ check }) => check === CheckName.LatencyMean)!;

  it('changes nothing above ten milliseconds', () => {
    expect(meanOf(20)).toEqual(meanOf(2_000));
  });

  it('delays what is found of a fast model, up to never, and eases its gate', () => {
    expect(meanOf(3).find!.requests).toBeGreaterThan(2 * meanOf(20).find!.requests);
    expect(meanOf(3).exclude!.requests).toBeLessThan(meanOf(20).exclude!.requests);
    expect(meanOf(1)).toMatchObject({ find: null, findNever: 'up to 50% slower is tolerated' });
    expect(planned(1).warnings.join()).toContain('is never found');
  });
});

it.each([false, true])('every check that a server opens is planned, or said why not: %s', (all) => {
  const named = all ? { timeouts: {}, agreement: {} } : {};
  const settings = liveJudgeSettings({ checks: named }, false);
  const judge = Judge.open(settings);
  judge.beginStep({ kind: 'weight', share: 0.5, last: true }, 0);
  const asked = judge.judge(0).evidence.map(({ check }) => check);
  expect(asked.length).toBe(all ? 9 : 7);
  const [outlook] = planStrategy(traffic, slower, [weight(0.5)], settings);
  const without = checksWithoutPlan(settings);
  const names = [...outlook!.checks, ...without].map(({ check }) => check);
  expect(names.sort()).toEqual(asked.sort());
  for (const { find, findNever, exclude, excludeNever } of outlook!.checks) {
    expect(find === null).toBe(findNever !== undefined);
    expect(exclude === null || exclude === undefined).toBe(excludeNever !== undefined);
  }
  for (const { why } of without) expect(why.length).toBeGreaterThan(10);
});

it('twice the p99 is planned: it finds what makes the slowest much slower', () => {
  const twiceP99 = (latency: number) =>
    planStrategy(traffic, { ...slower, latency }, [weight(0.5)])[0]!.checks.find(
      ({ check }) => check === CheckName.LatencyTwiceP99,
    )!;
  expect(twiceP99(0.2).findNever).toBe('up to 25% slower is tolerated');
  expect(twiceP99(2).find!.requests).toBeGreaterThan(100);
  expect(twiceP99(2).excludeNever).toBe('it holds no promotion up');
  const narrow = planStrategy({ ...traffic, latencySpread: 0.01 }, slower, [weight(0.5)]);
  expect(narrow[0]!.checks.at(-1)!.findNever).toBeDefined();
});

it('a drift of the predictions is found where one is asked for', () => {
  const settings = { checks: { predictions: {} } };
  const predictions = (drift: number) =>
    planStrategy(traffic, { ...slower, drift }, [weight(0.5)], settings)[0]!.checks.at(-1)!;
  expect(predictions(0).findNever).toBe('no regression of the predictions was asked for');
  expect(predictions(0.05).findNever).toBe('a drift up to 5% is tolerated');
  expect(predictions(0.3).find!.requests).toBeLessThan(predictions(0.1).find!.requests);
  expect(predictions(0).exclude!.requests).toBeGreaterThan(1_000);
});

it('a shadow step compares each request with its copy, so with all traffic half for each', () => {
  const shadow = (share: number): PlannedStep => ({ kind: 'shadow', share, maxMinutes: null });
  const [all, half] = [shadow(1), shadow(0.5)].map((step) => planStrategy(traffic, slower, [step]));
  const [alone] = planStrategy(traffic, slower, [weight(0.5)]);
  const find = (outlook: StepOutlook | undefined) =>
    outlook!.checks.find(({ check }) => check === CheckName.Errors)!.exclude!;
  // φ is known a little better with more buckets.
  expect(Math.abs(find(all![0]).requests / find(alone).requests - 1)).toBeLessThan(0.15);
  expect(Math.abs(find(all![0]).minutes / find(alone).minutes - 0.5)).toBeLessThan(0.1);
  expect(Math.abs(find(half![0]).minutes / find(alone).minutes - 1)).toBeLessThan(0.15);
});

it('turns requests into minutes', () => {
  const find = (requestsPerSecond: number) =>
    planStrategy({ ...traffic, requestsPerSecond }, slower, [weight(0.5)])[0]?.checks.find(
      ({ check }) => check === CheckName.LatencyMean,
    )?.find;
  const slow = find(10)!;
  expect(slow.minutes).toBeCloseTo(slow.requests / 600, 9);
  expect(find(20)!.minutes).toBeLessThan(slow.minutes);
});

it('leaves out steps in which only one arm serves', () => {
  const steps = [0, 0.1, 1].map((share) => weight(share));
  expect(planStrategy(traffic, slower, steps).map(({ share }) => share)).toEqual([0.1]);
});

it.each([
  ['no traffic', { ...traffic, requestsPerSecond: 0 }, slower],
  ['no spread', { ...traffic, latencySpread: 0 }, slower],
  ['a rate of 0', { ...traffic, errorRate: 0 }, slower],
  ['a median of 0 ms', { ...traffic, latencyMs: 0 }, slower],
  ['a drift above 100%', traffic, { ...slower, drift: 1.1 }],
  ['a slow-down that is no number', traffic, { ...slower, latency: NaN }],
])('%s is refused', (_name, given, regression) => {
  expect(() => planStrategy(given, regression, [weight(0.1)])).toThrow('cannot be judged');
});

it('a check of which nothing is known beforehand is named as not planned, with the reason', () => {
  expect(checksWithoutPlan({})).toEqual([]);
  const checks = { timeouts: {}, feedback: { measure: 'score', tolerance: 1 } } as const;
  expect(checksWithoutPlan({ checks })).toMatchObject([
    { check: 'timeouts' },
    { check: 'feedback', why: 'it takes labels, which come when somebody sends them' },
  ]);
});
