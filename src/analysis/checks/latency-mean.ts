import { CheckName, type DecisionLines } from '../../domain/evidence.js';
import { halfNormalRadius } from '../../stats/half-normal-mixture.js';
import { estimateOf, sayBounds } from '../bounds.js';
import { requestsOf, toEvidence, type Check } from '../check-input.js';
import {
  estimatesFromEachStep,
  harmOfMean,
  safetyOfMean,
  type MeanEstimate,
} from '../mean-sums.js';
import { marginsFromEachStep, type LatencyMargins } from '../latency-margins.js';
import { sayBoth, sayOdds, sayPercent } from '../words.js';

/**
 * Is the canary slower on the whole? Engine A on the logarithm of the latency: the mean of raw
 * latencies belongs to a few outliers.
 */
export const latencyMeanCheck: Check = (input) => {
  const { settings, steps, effects } = input;
  const check = settings.checks.latencyMean;
  if (check === null) return null;
  const estimates = estimatesFromEachStep(
    steps.map(({ latency }) => latency),
    effects.latency,
  );
  const all = estimates[0];
  const ready = all !== undefined && all.ready && effects.enoughGroups;
  const margins = marginsFromEachStep(steps.map(({ latencyMargins }) => latencyMargins));
  const harmMargins = margins.map(({ harm }) => harm);
  const harmLogE = ready ? harmOfMean(estimates, harmMargins, settings.tau) : 0;
  const safeLogE =
    ready && check.gate !== null ? safetyOfMean(estimates, margins[0]?.safe ?? 0, settings.tau) : 0;
  const radius = ready ? halfNormalRadius(all.information, settings.alpha, settings.tau) : Infinity;
  const middle = all?.estimate ?? 0;
  const estimate = estimateOf(
    'relative',
    Math.expm1(middle),
    Math.expm1(middle - radius),
    Math.expm1(middle + radius),
  );
  return toEvidence(
    {
      check: CheckName.LatencyMean,
      harmLogE,
      ...(check.gate === null ? {} : { safeLogE }),
      weight: check.weight,
      ...(ready ? { estimate } : {}),
      samples: requestsOf(steps),
      overdispersion: all?.overdispersion ?? 1,
      // Stable's latency decides which of the two tolerances is in force, bucket by bucket.
      shown: ready ? linesOf(margins[0], check.gate !== null) : {},
      sentence: ready
        ? `canary is ${saySlower(estimate.value)}${sayBounds(estimate, saySlower)}; ` +
          `evidence ${sayOdds(harmLogE)} that it is more than ${sayBoth(check.tolerance, settings)} slower`
        : sayNotReady(all, effects.enoughGroups),
    },
    input,
  );
};

/** What the estimate of all steps is compared with; see `DecisionLines`. */
function linesOf(margins: LatencyMargins | undefined, isGate: boolean): DecisionLines {
  if (margins === undefined) return {};
  const { harm, safe } = margins;
  return { harmAbove: Math.expm1(harm), ...(isGate ? { safeBelow: Math.expm1(safe) } : {}) };
}

function saySlower(relative: number): string {
  return `${sayPercent(Math.abs(relative))} ${relative < 0 ? 'faster' : 'slower'}`;
}

function sayNotReady(all: MeanEstimate | undefined, enoughGroups: boolean): string {
  if (!enoughGroups) return 'mean latency: waits for 15 groups of users on the canary';
  return (
    `mean latency: waits for 3 buckets and 30 requests of the canary, ` +
    `has ${all?.buckets ?? 0} and ${all?.canary ?? 0}`
  );
}
