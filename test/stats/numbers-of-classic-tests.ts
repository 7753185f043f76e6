import { cellOf, decileEdges } from '../../src/stats/deciles.js';
import { divergence } from '../../src/stats/divergence.js';
import { fisherExactTest } from '../../src/stats/fisher.js';
import { kolmogorovSmirnovTest, kolmogorovTail } from '../../src/stats/kolmogorov-smirnov.js';
import { hodgesLehmannShift, mannWhitneyTest } from '../../src/stats/mann-whitney.js';
import {
  addToMoments,
  mergeMoments,
  momentsOf,
  noMoments,
  sampleVariance,
  type Moments,
} from '../../src/stats/moments.js';
import { noncentralTCdf } from '../../src/stats/noncentral-t.js';
import { normalDensity, normalQuantile } from '../../src/stats/normal.js';
import { tTestPower, tTestSize } from '../../src/stats/power-t-test.js';
import { QuantileSketch, sketchOf } from '../../src/stats/sketch.js';
import {
  newcombeInterval,
  twoProportionTest,
  wilsonInterval,
} from '../../src/stats/two-proportions.js';
import { welchTest, welchTestOfMoments } from '../../src/stats/welch.js';

/** A call with what is no finite number in the place of one argument. */
export type Call = (bad: number) => unknown;

const one = { events: 1, requests: 10 };
const moments = { count: 3, mean: 1, squares: 2 };
const armWith = (run: (arm: typeof one) => unknown): Call[] => [
  (bad) => run({ events: bad, requests: 10 }),
  (bad) => run({ events: 1, requests: bad }),
];
const momentsWith = (run: (moments: Moments) => unknown): Call[] => [
  (bad) => run({ ...moments, count: bad }),
  (bad) => run({ ...moments, mean: bad }),
  (bad) => run({ ...moments, squares: bad }),
];
export const sampleWith = (run: (values: number[]) => unknown): Call[] => [
  (bad) => run([1, bad, 3]),
];

/** The functions about samples and single looks, with a call for each place that takes a number. */
export const classicCalls: Readonly<Record<string, readonly Call[]>> = {
  cellOf: [(bad) => cellOf(bad, [1, 2])],
  decileEdges: sampleWith(decileEdges),
  divergence: [(bad) => divergence([bad, 1], [1, 2]), (bad) => divergence([1, 2], [1, bad])],
  fisherExactTest: [
    ...armWith((arm) => fisherExactTest(arm, one)),
    ...armWith((arm) => fisherExactTest(one, arm)),
  ],
  kolmogorovSmirnovTest: [
    ...sampleWith((values) => kolmogorovSmirnovTest(values, [1, 2])),
    ...sampleWith((values) => kolmogorovSmirnovTest([1, 2], values)),
  ],
  kolmogorovTail: [kolmogorovTail],
  mannWhitneyTest: [
    ...sampleWith((values) => mannWhitneyTest(values, [1, 2])),
    ...sampleWith((values) => mannWhitneyTest([1, 2], values)),
  ],
  hodgesLehmannShift: [
    ...sampleWith((values) => hodgesLehmannShift(values, [1, 2])),
    ...sampleWith((values) => hodgesLehmannShift([1, 2], values)),
  ],
  addToMoments: [(bad) => addToMoments(noMoments(), bad)],
  mergeMoments: [
    ...momentsWith((bad) => mergeMoments(bad, moments)),
    ...momentsWith((bad) => mergeMoments(moments, bad)),
  ],
  momentsOf: sampleWith(momentsOf),
  sampleVariance: momentsWith(sampleVariance),
  noncentralTCdf: [
    (bad) => noncentralTCdf(bad, 5, 1),
    (bad) => noncentralTCdf(1, bad, 1),
    (bad) => noncentralTCdf(1, 5, bad),
  ],
  normalDensity: [normalDensity],
  normalQuantile: [normalQuantile],
  tTestPower: [
    (bad) => tTestPower(bad, 10, 0.05),
    (bad) => tTestPower(0.5, bad, 0.05),
    (bad) => tTestPower(0.5, 10, bad),
  ],
  tTestSize: [
    (bad) => tTestSize(bad, 0.05, 0.8),
    (bad) => tTestSize(0.5, bad, 0.8),
    (bad) => tTestSize(0.5, 0.05, bad),
  ],
  QuantileSketch: [
    (bad) => new QuantileSketch().add(bad),
    (bad) => sketchOf([1]).quantile(bad),
    (bad) => QuantileSketch.fromSummary({ ...sketchOf([1]).toSummary(), zeros: bad }),
    (bad) =>
      QuantileSketch.fromSummary({
        ...sketchOf([1]).toSummary(),
        positive: { offset: 0, counts: [bad] },
      }),
  ],
  sketchOf: sampleWith(sketchOf),
  twoProportionTest: [
    ...armWith((arm) => twoProportionTest(arm, one)),
    ...armWith((arm) => twoProportionTest(one, arm)),
  ],
  wilsonInterval: [...armWith((arm) => wilsonInterval(arm)), (bad) => wilsonInterval(one, bad)],
  newcombeInterval: [
    ...armWith((arm) => newcombeInterval(arm, one)),
    ...armWith((arm) => newcombeInterval(one, arm)),
    (bad) => newcombeInterval(one, one, bad),
  ],
  welchTest: [
    ...sampleWith((values) => welchTest(values, [1, 2])),
    ...sampleWith((values) => welchTest([1, 2], values)),
  ],
  welchTestOfMoments: [
    ...momentsWith((bad) => welchTestOfMoments(bad, moments)),
    ...momentsWith((bad) => welchTestOfMoments(moments, bad)),
  ],
};
