import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { momentsOf } from '../stats/moments.js';
import { halfNormalRadius } from '../stats/half-normal-mixture.js';
import {
  addEventBucket,
  dispersionOf,
  harmOfDifference,
  harmOfRatio,
  noEventSums,
  safetyOfRatio,
  type EventSums,
} from './event-sums.js';
import {
  addMeanBucket,
  estimatesFromEachStep,
  harmOfMean,
  noMeanSums,
  safetyOfMean,
  type MeanSums,
} from './mean-sums.js';
import { bettingLogE } from '../stats/betting-difference.js';

interface Trace {
  readonly kind: string;
  readonly name: string;
  readonly steps: { readonly pi: number; readonly buckets: number }[];
  readonly buckets: { pi: number; canary: number[]; latency_ms: number[]; error: number[] }[];
  readonly expect_after_each_bucket: Record<string, unknown>[];
}

const file = new URL('../../test/golden/sequential.json', import.meta.url);
const traces = (JSON.parse(readFileSync(file, 'utf8')) as { cases: Trace[] }).cases.filter(
  ({ kind }) => kind === 'trace',
);

function expectClose(actual: number, expected: unknown, name: string): void {
  const wanted = expected as number;
  const allowed = 1e-9 * Math.max(Math.abs(wanted), 1e-4);
  expect(Math.abs(actual - wanted), `${name}: ${actual}, not ${wanted}`).toBeLessThanOrEqual(
    allowed,
  );
}

describe('the engines keep the state of the golden traces after every bucket', () => {
  it.each(traces)('$name', (trace) => {
    const means: MeanSums[] = [];
    const errors: EventSums[] = [];
    const lastOfStep = trace.steps.flatMap(({ buckets }, step) =>
      new Array<number>(buckets).fill(step),
    );
    for (const [index, bucket] of trace.buckets.entries()) {
      const step = lastOfStep[index]!;
      means[step] ??= noMeanSums();
      errors[step] ??= noEventSums(bucket.pi);
      const of = (arm: number, values: number[]): number[] =>
        values.filter((_, position) => bucket.canary[position] === arm);
      const logs = bucket.latency_ms.map((latency) => Math.log(latency));
      addMeanBucket(means[step], momentsOf(of(1, logs)), momentsOf(of(0, logs)));
      const events = (arm: number): number => of(arm, bucket.error).reduce((a, b) => a + b, 0);
      addEventBucket(errors[step], events(1), events(0), bucket.canary.length);

      const wanted = trace.expect_after_each_bucket[index]!;
      const estimates = estimatesFromEachStep(means);
      const all = estimates[0]!;
      expectClose(all.estimate, wanted['mean_est'], 'estimate');
      expectClose(all.information, wanted['mean_info'], 'information');
      expectClose(all.overdispersion, wanted['mean_phi'], 'φ of the mean');
      expect(all.ready).toBe(wanted['mean_ready']);
      expectClose(
        harmOfMean(estimates, Math.log(1.05), 0.1),
        wanted['mean_log_e_harm_tol5'],
        'harm of the mean',
      );
      expectClose(
        safetyOfMean(estimates, Math.log(1.1), 0.1),
        wanted['mean_log_e_safe_10'],
        'safety of the mean',
      );
      if (all.ready) {
        const radius = halfNormalRadius(all.information, 0.05, 0.1);
        const [low, high] = wanted['mean_cs95'] as [number, number];
        expectClose(all.estimate - radius, low, 'lower bound');
        expectClose(all.estimate + radius, high, 'upper bound');
        const [slower] = wanted['slowdown_cs95_pct'] as [number];
        expectClose(100 * Math.expm1(all.estimate - radius), slower, 'slow-down');
      }
      const { ratio, overdispersion } = dispersionOf(errors);
      expectClose(ratio, wanted['err_ratio_hat'], 'rate ratio');
      expectClose(overdispersion, wanted['err_phi'], 'φ of errors');
      expectClose(
        harmOfRatio(errors, 1.25, overdispersion),
        wanted['err_log_e_harm_R1_25'],
        'harm of the ratio',
      );
      expectClose(
        harmOfDifference(errors, 0.001, overdispersion),
        wanted['err_log_e_harm_diff_0_1pp'],
        'harm of the difference',
      );
      expectClose(
        safetyOfRatio(errors, 1.5, overdispersion),
        wanted['err_log_e_safe_R1_5'],
        'safety of the ratio',
      );
      expectClose(
        bettingLogE(errors, 0.05, -1, overdispersion),
        wanted['err_log_e_diff_safe_5pp'],
        'safety of the difference',
      );
    }
  });
});

it('a bucket with one request of an arm is dropped from the means', () => {
  const sums = noMeanSums();
  addMeanBucket(sums, momentsOf([1]), momentsOf([1, 2, 3]));
  expect(sums).toEqual(noMeanSums());
  expect(estimatesFromEachStep([sums])[0]!.ready).toBe(false);
});
