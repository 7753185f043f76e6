import { CheckName } from '../../domain/evidence.js';
import { canaryShareOfEvents, rateRatioInterval } from '../../stats/odds-evidence.js';
import { estimateOf, sayBounds } from '../bounds.js';
import { toEvidence, type Check } from '../check-input.js';
import { dispersionOf, harmOfRatio, safetyOfRatio, type EventSums } from '../event-sums.js';
import { sayCount, sayOdds, sayPercent } from '../words.js';

/**
 * Given the same input, does the canary give the same answer? Engine B on shadow pairs, with the
 * tolerated rate of disagreement in the place of the canary's share.
 */
export const agreementCheck: Check = (input) => {
  const { settings, steps } = input;
  const check = settings.checks.agreement;
  if (check === null) return null;
  const sums = steps.map(({ agreement }) => agreement);
  const { overdispersion } = dispersionOf(sums);
  const disagreed = sums.reduce((sum, step) => sum + step.canaryEvents, 0);
  const pairs = disagreed + sums.reduce((sum, step) => sum + step.stableEvents, 0);
  const harmLogE = harmOfRatio(sums, 1, overdispersion);
  const rate = pairs === 0 ? 0 : disagreed / pairs;
  const bounds = rateInterval(sums, check.disagreement, settings.alpha, overdispersion);
  const estimate = estimateOf('points', rate, ...bounds);
  return toEvidence(
    {
      check: CheckName.Agreement,
      harmLogE,
      ...(check.gate ? { safeLogE: safetyOfRatio(sums, 1, overdispersion) } : {}),
      weight: check.weight,
      ...(pairs === 0 ? {} : { estimate }),
      samples: { stable: pairs, canary: pairs },
      overdispersion,
      shown: { disagreed, pairs },
      sentence:
        pairs === 0
          ? 'agreement: no shadow pair has been compared'
          : `the arms disagree on ${sayPercent(rate)} of ${sayCount(pairs)} shadow ` +
            `pairs${sayBounds(estimate, sayPercent)}; evidence ` +
            `${sayOdds(harmLogE)} of more than ${sayPercent(check.disagreement)}`,
    },
    input,
  );
};

/**
 * The confidence sequence of the rate of disagreement: θ(π, R) of every ratio R that is not refuted,
 * as π is the tolerated rate here and θ rises with R.
 * @returns an infinity where a side is not bounded
 */
function rateInterval(
  sums: readonly EventSums[],
  tolerated: number,
  alpha: number,
  overdispersion: number,
): readonly [number, number] {
  const [low, high] = rateRatioInterval(sums, alpha, overdispersion);
  return [
    low === 0 ? -Infinity : canaryShareOfEvents(tolerated, low),
    high === Infinity ? Infinity : canaryShareOfEvents(tolerated, high),
  ];
}
