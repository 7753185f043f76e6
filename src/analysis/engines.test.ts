import { describe, expect, it } from 'vitest';
import { compareAll, readGolden } from '../../test/golden/golden-file.js';
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
  readonly expect_after_each_bucket: object[];
}

const traces = readGolden('sequential', [
  'cases',
  'R_GRID',
  'R_GRID_SAFE',
  'LAMBDA_FRACS',
]).cases.filter(({ kind }) => kind === 'trace') as unknown as Trace[];

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

      const estimates = estimatesFromEachStep(means);
      const all = estimates[0]!;
      const radius = all.ready ? halfNormalRadius(all.information, 0.05, 0.1) : Infinity;
      const bounds = [all.estimate - radius, all.estimate + radius];
      const { ratio, overdispersion } = dispersionOf(errors);
      const actual = {
        mean_est: all.estimate,
        mean_info: all.information,
        mean_phi: all.overdispersion,
        mean_ready: all.ready,
        mean_log_e_harm_tol5: harmOfMean(estimates, Math.log(1.05), 0.1),
        mean_log_e_safe_10: safetyOfMean(estimates, Math.log(1.1), 0.1),
        mean_cs95: bounds,
        slowdown_cs95_pct: all.ready ? bounds.map((bound) => 100 * Math.expm1(bound)) : bounds,
        err_ratio_hat: ratio,
        err_phi: overdispersion,
        err_log_e_harm_R1_25: harmOfRatio(errors, 1.25, overdispersion),
        err_log_e_harm_diff_0_1pp: harmOfDifference(errors, 0.001, overdispersion),
        err_log_e_safe_R1_5: safetyOfRatio(errors, 1.5, overdispersion),
        err_log_e_diff_safe_5pp: bettingLogE(errors, 0.05, -1, overdispersion),
      };
      compareAll(trace.expect_after_each_bucket[index]!, actual);
    }
  });
});

it('a bucket with one request of an arm is dropped from the means', () => {
  const sums = noMeanSums();
  addMeanBucket(sums, momentsOf([1]), momentsOf([1, 2, 3]));
  expect(sums).toEqual(noMeanSums());
  expect(estimatesFromEachStep([sums])[0]!.ready).toBe(false);
});
