import type { PairDifferences } from '../observing/pair-differences.js';
import type { PairedBody } from './contract/shadow.js';

/** What pairs say, as the API gives it. */
export function pairedBody(differences: PairDifferences): PairedBody {
  const { failures, absolute, relative } = differences;
  const latency = differences.latencyRatio();
  return {
    latency:
      latency === undefined
        ? null
        : {
            pairs: latency.pairs,
            ratio: latency.ratio,
            low: latency.low ?? null,
            high: latency.high ?? null,
          },
    failures: {
      neither: failures.neither,
      only_stable: failures.onlyStable,
      only_canary: failures.onlyCanary,
      both: failures.both,
    },
    numbers:
      absolute.moments.count === 0
        ? null
        : {
            pairs: absolute.moments.count,
            mean_absolute: absolute.moments.mean,
            largest_absolute: absolute.largest,
            mean_relative: relative.moments.mean,
            largest_relative: relative.largest,
          },
  };
}
