import { CheckName, type Evidence } from '../../domain/evidence.js';
import { FeedbackMeasure } from '../../domain/feedback.js';
import { halfNormalRadius } from '../../stats/half-normal-mixture.js';
import { rateRatioInterval } from '../../stats/odds-evidence.js';
import { estimateOf, sayBounds } from '../bounds.js';
import { toEvidence, type Check, type CheckInput } from '../check-input.js';
import { dispersionOf, harmOfRatio, safetyOfRatio } from '../event-sums.js';
import { largerIsWorse } from '../feedback-direction.js';
import type { FeedbackTolerance } from '../judge-settings.js';
import { estimatesFromEachStep, harmOfMean, safetyOfMean } from '../mean-sums.js';
import { sayCount, sayNumber, sayOdds } from '../words.js';

/** Is the canary worse by what turned out to be true? */
export const feedbackCheck: Check = (input) => {
  const check = input.settings.checks.feedback;
  if (check === null) return null;
  return check.measure === FeedbackMeasure.LabelledPairs
    ? askPairs(input, check)
    : askMeans(input, check);
};

/** Engine A on values that were turned so that larger is worse. */
function askMeans(input: CheckInput, check: FeedbackTolerance): Evidence {
  const { settings, steps } = input;
  const estimates = estimatesFromEachStep(steps.map(({ feedback }) => feedback));
  const all = estimates[0];
  const ready = all?.ready === true;
  // Nobody knows the unit of a score: the effect to catch is twice what is tolerated, as it is for
  // latency. Shares have the same unit as there.
  const tau =
    check.measure === FeedbackMeasure.Accuracy || check.tolerance === 0
      ? settings.tau
      : 2 * check.tolerance;
  const harmLogE = ready ? harmOfMean(estimates, check.tolerance, tau) : 0;
  const safeLogE = ready && check.gate !== null ? safetyOfMean(estimates, check.gate, tau) : 0;
  const radius = ready ? halfNormalRadius(all.information, settings.alpha, tau) : Infinity;
  const sign = largerIsWorse(check.measure) ? 1 : -1;
  const value = sign * (all?.estimate ?? 0);
  const estimate = estimateOf('value', value, value - radius, value + radius);
  const labels = (arm: 'stableLabels' | 'canaryLabels'): number =>
    steps.reduce((sum, step) => sum + step[arm], 0);
  return toEvidence(
    {
      check: CheckName.Feedback,
      harmLogE,
      ...(check.gate === null ? {} : { safeLogE }),
      weight: check.weight,
      ...(ready
        ? {
            estimate,
          }
        : {}),
      samples: { stable: labels('stableLabels'), canary: labels('canaryLabels') },
      overdispersion: all?.overdispersion ?? 1,
      shown: {},
      sentence: ready
        ? `the canary's ${check.measure} differs by ${sayNumber(value)}` +
          `${sayBounds(estimate, sayNumber)}; evidence ` +
          `${sayOdds(harmLogE)} that it is worse by more than ${sayNumber(check.tolerance)}`
        : `feedback: waits for 3 buckets and 30 labels of the canary, has ` +
          `${all?.buckets ?? 0} and ${all?.canary ?? 0}`,
    },
    input,
  );
}

/** McNemar as an e-process: of the pairs in which one arm was wrong, how often was it the canary? */
function askPairs(input: CheckInput, check: FeedbackTolerance): Evidence {
  const sums = input.steps.map(({ labelledPairs }) => labelledPairs);
  const { ratio, overdispersion } = dispersionOf(sums);
  const harmLogE = harmOfRatio(sums, 1 + check.tolerance, overdispersion);
  const safeLogE = check.gate === null ? 0 : safetyOfRatio(sums, 1 + check.gate, overdispersion);
  const canaryWrong = sums.reduce((sum, step) => sum + step.canaryEvents, 0);
  const stableWrong = sums.reduce((sum, step) => sum + step.stableEvents, 0);
  const pairs = sums.reduce((sum, step) => sum + step.requests, 0);
  const interval = rateRatioInterval(sums, input.settings.alpha, overdispersion);
  return toEvidence(
    {
      check: CheckName.Feedback,
      harmLogE,
      ...(check.gate === null ? {} : { safeLogE }),
      weight: check.weight,
      ...(canaryWrong + stableWrong === 0
        ? {}
        : { estimate: estimateOf('ratio', ratio, ...interval) }),
      samples: { stable: pairs, canary: pairs },
      overdispersion,
      shown: { canaryWrong, stableWrong },
      sentence:
        pairs === 0
          ? 'feedback: no labelled pair has been compared'
          : `of ${sayCount(pairs)} labelled pairs the canary alone was wrong in ` +
            `${sayCount(canaryWrong)}, stable alone in ${sayCount(stableWrong)}; evidence ` +
            `${sayOdds(harmLogE)} of more than ${sayNumber(1 + check.tolerance)} times as often`,
    },
    input,
  );
}
