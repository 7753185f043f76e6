import { bettingLogE, bettingLogEFromEachStep } from '../../src/stats/betting-difference.js';
import { combineEvidence, progressOfEvidence } from '../../src/stats/combine.js';
import {
  Direction,
  halfNormalLogE,
  halfNormalRadius,
} from '../../src/stats/half-normal-mixture.js';
import * as odds from '../../src/stats/odds-evidence.js';
import {
  estimatedRateRatio,
  eventOverdispersion,
  shrunkOverdispersion,
} from '../../src/stats/overdispersion.js';
import { sampleRatioCheck } from '../../src/stats/sample-ratio.js';
import * as power from '../../src/stats/sequential-power.js';
import type { Call } from './numbers-of-classic-tests.js';

const grid = [1.25, 2];
const step = {
  ...{ share: 0.5, requests: 100, canaryEvents: 3, stableEvents: 4 },
  ...{ squares: 2, buckets: 5 },
};
const inEach = (run: (steps: (typeof step)[]) => unknown): Call[] => [
  (bad) => run([{ ...step, share: bad }]),
  (bad) => run([{ ...step, canaryEvents: bad }]),
  (bad) => run([{ ...step, stableEvents: bad }]),
];
const question = { spread: 0.5, effect: 0.2, margin: 0.05, direction: Direction.Above, tau: 0.1 };
const events = { stableRate: 0.01, canaryRate: 0.02, logE: power.harmOfEvents(1.25, 0.001) };
const design = { share: 0.1, threshold: 3, requestsPerBucket: 200 };

/** The functions about evidence, with a call for each place that takes a number. */
export const sequentialCalls: Readonly<Record<string, readonly Call[]>> = {
  bettingLogE: [
    ...inEach((steps) => bettingLogE(steps, 0.001, Direction.Above)),
    (bad) => bettingLogE([{ ...step, requests: bad }], 0.001, Direction.Above),
    (bad) => bettingLogE([step], bad, Direction.Above),
    (bad) => bettingLogE([step], 0.001, Direction.Above, bad),
  ],
  bettingLogEFromEachStep: [
    ...inEach((steps) => bettingLogEFromEachStep(steps, 0.001, Direction.Below, 1)),
    (bad) => bettingLogEFromEachStep([], bad, Direction.Below, 1),
    (bad) => bettingLogEFromEachStep([], 0.001, Direction.Below, bad),
  ],
  combineEvidence: [(bad) => combineEvidence([{ weight: bad, logE: 1 }])],
  progressOfEvidence: [(bad) => progressOfEvidence(1, bad)],
  halfNormalLogE: [
    (bad) => halfNormalLogE(bad, 1, 0, Direction.Above),
    (bad) => halfNormalLogE(1, bad, 0, Direction.Above),
    (bad) => halfNormalLogE(1, 1, bad, Direction.Above),
    (bad) => halfNormalLogE(1, 1, 0, Direction.Above, bad),
  ],
  halfNormalRadius: [
    (bad) => halfNormalRadius(bad, 0.05),
    (bad) => halfNormalRadius(1, bad),
    (bad) => halfNormalRadius(1, 0.05, bad),
  ],
  canaryShareOfEvents: [
    (bad) => odds.canaryShareOfEvents(bad, 1),
    (bad) => odds.canaryShareOfEvents(0.5, bad),
  ],
  oddsLogE: [
    ...inEach((steps) => odds.oddsLogE(steps, 1, grid)),
    (bad) => odds.oddsLogE([step], bad, grid),
    (bad) => odds.oddsLogE([step], 1, [2, bad]),
    (bad) => odds.oddsLogE([step], 1, grid, bad),
  ],
  oddsLogEFromEachStep: [
    ...inEach((steps) => odds.oddsLogEFromEachStep(steps, 1, grid, 1)),
    (bad) => odds.oddsLogEFromEachStep([step], bad, grid, 1),
    (bad) => odds.oddsLogEFromEachStep([step], 1, [2, bad], 1),
    (bad) => odds.oddsLogEFromEachStep([step], 1, grid, bad),
  ],
  rateRatioInterval: [
    ...inEach((steps) => odds.rateRatioInterval(steps, 0.05)),
    (bad) => odds.rateRatioInterval([step], bad),
    (bad) => odds.rateRatioInterval([step], 0.05, bad),
  ],
  estimatedRateRatio: inEach(estimatedRateRatio),
  eventOverdispersion: [
    ...inEach((steps) => eventOverdispersion(steps, 1)),
    (bad) => eventOverdispersion([{ ...step, squares: bad }], 1),
    (bad) => eventOverdispersion([{ ...step, buckets: bad }], 1),
    (bad) => eventOverdispersion([step], bad),
  ],
  shrunkOverdispersion: [
    (bad) => shrunkOverdispersion(bad, 1),
    (bad) => shrunkOverdispersion(1, bad),
  ],
  sampleRatioCheck: [
    ...inEach((steps) => sampleRatioCheck(steps)),
    (bad) => sampleRatioCheck([step], bad),
  ],
  powerOfMean: [
    (bad) => power.powerOfMean(bad, question, design),
    (bad) => power.powerOfMean(10_000, { ...question, spread: bad }, design),
    (bad) => power.powerOfMean(10_000, { ...question, effect: bad }, design),
    (bad) => power.powerOfMean(10_000, { ...question, margin: bad }, design),
    (bad) => power.powerOfMean(10_000, { ...question, tau: bad }, design),
    (bad) => power.powerOfMean(10_000, question, { ...design, share: bad }),
    (bad) => power.powerOfMean(10_000, question, { ...design, threshold: bad }),
    (bad) => power.powerOfMean(10_000, question, { ...design, requestsPerBucket: bad }),
  ],
  powerOfEvents: [
    (bad) => power.powerOfEvents(bad, events, design),
    (bad) => power.powerOfEvents(10_000, { ...events, stableRate: bad }, design),
    (bad) => power.powerOfEvents(10_000, { ...events, canaryRate: bad }, design),
    (bad) => power.powerOfEvents(10_000, events, { ...design, share: bad }),
    (bad) => power.powerOfEvents(10_000, events, { ...design, threshold: bad }),
    (bad) => power.powerOfEvents(10_000, events, { ...design, requestsPerBucket: bad }),
  ],
  harmOfEvents: [
    (bad) => power.harmOfEvents(bad, 0.001)(step, 1),
    (bad) => power.harmOfEvents(1.25, bad)(step, 1),
    (bad) => power.harmOfEvents(1.25, 0.001)(step, bad),
  ],
  safetyOfEvents: [
    (bad) => power.safetyOfEvents(bad, 0.001)(step, 1),
    (bad) => power.safetyOfEvents(1.25, bad)(step, 1),
    (bad) => power.safetyOfEvents(1.25, 0.001)(step, bad),
  ],
  requestsForPower: [(bad) => power.requestsForPower(() => 0.5, bad)],
};
