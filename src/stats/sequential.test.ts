import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bettingLogE } from './betting-difference.js';
import { anytimeP, combineEvidence, progressOfEvidence } from './combine.js';
import { Direction, halfNormalLogE, halfNormalRadius } from './half-normal-mixture.js';
import { harmGrid, oddsLogE, oddsLogEFromEachStep, rateRatioInterval } from './odds-evidence.js';
import { eventOverdispersion, shrunkOverdispersion } from './overdispersion.js';
import { restartMixture } from './restart-mixture.js';
import { sampleRatioCheck } from './sample-ratio.js';

const step = fc.record({
  share: fc.double({ min: 0.001, max: 0.999, noNaN: true }),
  requests: fc.integer({ min: 2000, max: 100_000 }),
  canaryEvents: fc.integer({ min: 0, max: 1000 }),
  stableEvents: fc.integer({ min: 0, max: 1000 }),
});
const steps = fc.array(step, { maxLength: 5 });

describe('the half-normal mixture', () => {
  it('has its radius where the evidence reaches 1/alpha', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 1e7, noNaN: true }),
        fc.double({ min: 0.001, max: 0.5, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (information, alpha, tau) => {
          const radius = halfNormalRadius(information, alpha, tau);
          const logE = halfNormalLogE(radius, information, 0, Direction.Above, tau);
          expect(logE).toBeCloseTo(-Math.log(alpha), 6);
        },
      ),
    );
  });

  it('is fair: under no effect its expectation is 1', () => {
    // ∫ E(w) dN(0, I) over W = I·Δ̂, by the trapezoidal rule.
    const information = 300;
    let expectation = 0;
    const width = 0.01;
    for (let z = -12; z <= 12; z += width) {
      const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
      const estimate = z / Math.sqrt(information);
      expectation += width * density * Math.exp(halfNormalLogE(estimate, information, 0, 1));
    }
    expect(expectation).toBeCloseTo(1, 6);
  });

  it('without information says nothing', () => {
    expect(halfNormalLogE(3, 0, 0, Direction.Above)).toBeCloseTo(0, 12);
    expect(halfNormalRadius(0, 0.05)).toBe(Infinity);
  });

  it.each([
    [NaN, 1, 0],
    [1, -1, 0],
    [1, 1, Infinity],
  ])('an estimate of %d with information %d and margin %d is refused', (estimate, info, margin) => {
    expect(() => halfNormalLogE(estimate, info, margin, Direction.Above)).toThrow(
      'cannot be judged',
    );
  });
});

describe('what is no number, or no share of two arms,', () => {
  const step = { share: 0.2, requests: 100, canaryEvents: 3, stableEvents: 5 };
  const odds = (one: typeof step) => oddsLogE([one], 1, harmGrid);
  const betting = (one: typeof step) => bettingLogE([one], 0.001, Direction.Above);
  const dispersion = (one: typeof step) =>
    eventOverdispersion([{ ...one, squares: 1, buckets: 2 }], 1);
  const split = (one: typeof step) => sampleRatioCheck([{ ...one, squares: 1, buckets: 2 }]).logE;
  const engines = { odds, betting, dispersion, split };

  it.each(Object.entries(engines))('is refused by %s', (_name, engine) => {
    expect(Number.isFinite(engine(step))).toBe(true);
    expect(Number.isFinite(engine({ ...step, share: 1e-6 }))).toBe(true);
    for (const wrong of [
      ...[NaN, Infinity, -1].map((count) => ({ canaryEvents: count })),
      ...[NaN, Infinity, -1].map((count) => ({ stableEvents: count })),
      ...[NaN, Infinity, 0, 1, -0.5].map((share) => ({ share })),
    ]) {
      expect(() => engine({ ...step, ...wrong }), JSON.stringify(wrong)).toThrow(
        'cannot be judged',
      );
    }
  });

  it.each<[string, () => unknown]>([
    ['a ratio', () => oddsLogE([step], NaN, harmGrid)],
    ['a ratio of 0', () => oddsLogE([step], 0, harmGrid)],
    ['a difference', () => bettingLogE([step], NaN, Direction.Below)],
    ['an over-dispersion', () => oddsLogE([step], 1, harmGrid, NaN)],
    ['an over-dispersion below 1', () => bettingLogE([step], 0, Direction.Below, 0.5)],
    ['requests', () => bettingLogE([{ ...step, requests: NaN }], 0, Direction.Above)],
    ['a sum of squares', () => shrunkOverdispersion(NaN, 3)],
    ['degrees of freedom', () => shrunkOverdispersion(1, -1)],
    ['evidence from a step on', () => restartMixture([1, NaN])],
    ['evidence of a check', () => combineEvidence([{ weight: 1, logE: NaN }])],
    ['a weight', () => combineEvidence([{ weight: Infinity, logE: 1 }])],
    ['evidence so far', () => progressOfEvidence(NaN, 0.05)],
    ['an alpha', () => progressOfEvidence(1, 0)],
    ['the largest evidence', () => anytimeP(NaN)],
  ])('is refused as %s', (_what, ask) => {
    expect(ask).toThrow('cannot be judged');
  });
});

describe('the odds e-process', () => {
  it('is fair: under the null its expectation is 1', () => {
    const share = 0.2;
    const events = 12;
    let expectation = 0;
    let chance = (1 - share) ** events;
    for (let x = 0; x <= events; x += 1) {
      const counts = { share, requests: 0, canaryEvents: x, stableEvents: events - x };
      expectation += chance * Math.exp(oddsLogE([counts], 1, harmGrid));
      chance *= ((events - x) / (x + 1)) * (share / (1 - share));
    }
    expect(expectation).toBeCloseTo(1, 9);
  });

  it('gathers from each step on what those steps alone would give', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const fromEach = oddsLogEFromEachStep(all, 1.25, harmGrid, 2);
        for (const [k, logE] of fromEach.entries()) {
          expect(logE).toBeCloseTo(oddsLogE(all.slice(k), 1.25, harmGrid, 2), 8);
        }
      }),
    );
  });

  it('finds an interval that holds every ratio it did not refute', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const [low, high] = rateRatioInterval(all, 0.05);
        expect(low).toBeLessThanOrEqual(high);
        if (low > 0) expect(oddsLogE(all, low, harmGrid)).toBeCloseTo(Math.log(20), 5);
      }),
    );
  });
});

it('betting on a difference is fair: under the null its expectation is 1', () => {
  const share = 0.25;
  const [canaryRate, stableRate] = [0.3, 0.2];
  let expectation = 0;
  for (const [canaryEvents, stableEvents, chance] of [
    [1, 0, share * canaryRate],
    [0, 1, (1 - share) * stableRate],
    [0, 0, 1 - share * canaryRate - (1 - share) * stableRate],
  ] as const) {
    const counts = { share, requests: 1, canaryEvents, stableEvents };
    expectation += chance * Math.exp(bettingLogE([counts], 0.1, Direction.Above));
  }
  expect(expectation).toBeCloseTo(1, 9);
});

it('a restart costs at most its weight, and a harmless past cannot drown it', () => {
  expect(restartMixture([])).toBe(0);
  expect(restartMixture([0, 0, 0])).toBeCloseTo(0, 12);
  expect(restartMixture([-500, 10])).toBeCloseTo(10 - 2 * Math.LN2, 4);
});

it('a thousand steps still have a restart mixture', () => {
  expect(restartMixture(new Array<number>(1200).fill(0))).toBeCloseTo(0, 9);
});

it('checks without weight do not count', () => {
  expect(
    combineEvidence([
      { weight: 0, logE: 1000 },
      { weight: 1, logE: 2 },
    ]),
  ).toBeCloseTo(2, 12);
  expect(combineEvidence([])).toBe(-Infinity);
});

it('bursts in one arm are seen as over-dispersion, coin flips are not', () => {
  const burst = { share: 0.5, canaryEvents: 100, stableEvents: 100, squares: 1000, buckets: 20 };
  // Ten buckets with ten events of the canary only, ten with ten of stable only.
  expect(eventOverdispersion([burst], 1)).toBeGreaterThan(5);
  const even = { ...burst, squares: 20 * (5 * 5) * 0.1 };
  expect(eventOverdispersion([even], 1)).toBe(1);
});

it('a split of 12% instead of 10% is noticed, one of 10% is not', () => {
  const counts = (canary: number): Parameters<typeof sampleRatioCheck>[0][number] => ({
    share: 0.1,
    canaryEvents: canary * 100,
    stableEvents: (200 - canary) * 100,
    squares: (100 * (canary * canary)) / 200,
    buckets: 100,
  });
  expect(sampleRatioCheck([counts(24)]).wrong).toBe(true);
  expect(sampleRatioCheck([counts(20)]).wrong).toBe(false);
  expect(sampleRatioCheck([]).wrong).toBe(false);
});
