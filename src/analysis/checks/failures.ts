import { CheckName, type DecisionLines } from '../../domain/evidence.js';
import { rateRatioInterval } from '../../stats/odds-evidence.js';
import { estimateOf, sayBounds } from '../bounds.js';
import { requestsOf, toEvidence, type Check, type CheckInput } from '../check-input.js';
import {
  dispersionOf,
  harmOfDifference,
  harmOfRatio,
  safetyOfEither,
  type EventSums,
} from '../event-sums.js';
import type { EventTolerance } from '../judge-settings.js';
import { sayCheck, sayNumber, sayOdds, sayPercent } from '../words.js';

/** Do more of the canary's requests fail? Time-outs are failures, too. */
export const errorsCheck: Check = (input) =>
  askFailures(
    input,
    CheckName.Errors,
    input.settings.checks.errors,
    input.steps.map(({ errors }) => errors),
    'fail',
  );

/** Do more of the canary's requests time out? */
export const timeoutsCheck: Check = (input) =>
  askFailures(
    input,
    CheckName.Timeouts,
    input.settings.checks.timeouts,
    input.steps.map(({ timeouts }) => timeouts),
    'time out',
  );

/** One number an arm. */
interface RatesOfArms {
  readonly stable: number;
  readonly canary: number;
}

/**
 * Engine B on failures. Harm is more than both the tolerated ratio and the tolerated difference:
 * twice as many of hardly any is no harm, and neither is a thousandth more of many.
 */
function askFailures(
  input: CheckInput,
  check: CheckName,
  tolerance: EventTolerance | null,
  sums: readonly EventSums[],
  verb: string,
): ReturnType<Check> {
  const { settings, steps, effects } = input;
  if (tolerance === null) return null;
  const { ratio, overdispersion } = dispersionOf(sums, effects.errors);
  const { enoughGroups } = effects;
  const harmLogE = enoughGroups
    ? Math.min(
        harmOfRatio(sums, tolerance.ratio, overdispersion),
        harmOfDifference(sums, tolerance.difference, overdispersion),
      )
    : 0;
  const { gate } = tolerance;
  const safeLogE =
    gate === null || !enoughGroups
      ? 0
      : safetyOfEither(sums, gate.ratio, gate.difference, overdispersion);
  const samples = requestsOf(steps);
  const events = sums.reduce((sum, step) => sum + step.canaryEvents + step.stableEvents, 0);
  const canaryEvents = sums.reduce((sum, step) => sum + step.canaryEvents, 0);
  const stableRate = samples.stable === 0 ? 0 : (events - canaryEvents) / samples.stable;
  const canaryRate = samples.canary === 0 ? 0 : canaryEvents / samples.canary;
  const isKnown = events > 0 && samples.stable > 0 && samples.canary > 0 && enoughGroups;
  const interval = rateRatioInterval(sums, settings.alpha, overdispersion);
  const estimate = estimateOf('ratio', ratio, ...interval);
  return toEvidence(
    {
      check,
      harmLogE,
      ...(gate === null ? {} : { safeLogE }),
      weight: tolerance.weight,
      ...(isKnown ? { estimate } : {}),
      samples,
      overdispersion,
      shown: { stableRate, canaryRate, ...linesOf(tolerance, stableRate) },
      sentence:
        samples.stable + samples.canary === 0
          ? `${sayCheck(check)}: no request has been compared`
          : (enoughGroups ? '' : `${check}: waits for 15 groups of users on the canary; `) +
            sayRates({ stable: stableRate, canary: canaryRate }, samples, verb) +
            (isKnown
              ? `: ${sayNumber(ratio)} times as often${sayBounds(estimate, sayNumber)}`
              : '') +
            `; evidence ${sayOdds(harmLogE)} of more than ${tolerance.ratio} times and ` +
            `${sayPercent(tolerance.difference)} of all more`,
    },
    input,
  );
}

/**
 * Where the ratio decides, at stable's rate so far: harm exceeds the ratio and the difference, and a
 * gate is passed below either of its two, so both lie at the larger. Nothing is a multiple of no
 * failures: there the difference alone decides.
 */
function linesOf(tolerance: EventTolerance, stableRate: number): DecisionLines {
  if (stableRate === 0) return {};
  const larger = ({ ratio, difference }: { ratio: number; difference: number }): number =>
    Math.max(ratio, 1 + difference / stableRate);
  return {
    harmAbove: larger(tolerance),
    ...(tolerance.gate === null ? {} : { safeBelow: larger(tolerance.gate) }),
  };
}

/** Of no requests no share is said. */
function sayRates(rates: RatesOfArms, samples: RatesOfArms, verb: string): string {
  const [ofStable, ofCanary] = [sayPercent(rates.stable), sayPercent(rates.canary)];
  if (samples.stable > 0 && samples.canary > 0) {
    return `${ofCanary} of the canary's requests ${verb}, ${ofStable} of stable's`;
  }
  return samples.canary > 0
    ? `${ofCanary} of the canary's requests ${verb}, and none of stable's has been compared`
    : `${ofStable} of stable's requests ${verb}, and none of the canary's has been compared`;
}
