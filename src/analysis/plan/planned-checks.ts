import { CheckName } from '../../domain/evidence.js';
import { Direction } from '../../stats/half-normal-mixture.js';
import { tail95Grid, tail99Grid } from '../../stats/odds-evidence.js';
import { harmOfEvents, safetyOfEvents } from '../../stats/sequential-power.js';
import type { EventTolerance, PredictionTolerance } from '../judge-settings.js';
import { sayPercent } from '../words.js';
import {
  noGate,
  ofRates,
  ofShare,
  plannedMean,
  plannedTail,
  type PlannedTail,
  type Prospect,
  type Situation,
} from './prospects.js';

/** One check's questions: how likely it has found the regression, and passed its gate. */
export interface PlannedCheck {
  readonly check: CheckName;
  readonly weight: number;
  readonly find: Prospect;
  readonly exclude: Prospect;
}

/** The checks whose power can be told before there is any traffic, in the order of the judge. */
export function plannedChecks(situation: Situation): PlannedCheck[] {
  const { errors, latencyMean, latencyP95, latencyP99, latencyTwiceP99, predictions } =
    situation.settings.checks;
  const tails: readonly (PlannedTail & { readonly check: CheckName })[] = [
    { check: CheckName.LatencyP95, asked: latencyP95, beyond: 0.05, factor: 1, grid: tail95Grid },
    { check: CheckName.LatencyP99, asked: latencyP99, beyond: 0.01, factor: 1, grid: tail99Grid },
    {
      check: CheckName.LatencyTwiceP99,
      asked: latencyTwiceP99,
      beyond: 0.01,
      factor: 2,
      grid: tail99Grid,
    },
  ];
  return [
    ...(errors === null ? [] : [plannedErrors(errors, situation)]),
    ...(latencyMean === null
      ? []
      : [
          {
            check: CheckName.LatencyMean,
            weight: latencyMean.weight,
            ...plannedMean(latencyMean, situation),
          },
        ]),
    ...tails.flatMap(({ check, ...tail }) =>
      tail.asked === null
        ? []
        : [{ check, weight: tail.asked.weight, ...plannedTail(tail, tail.asked, situation) }],
    ),
    ...(predictions === null ? [] : [plannedPredictions(predictions, situation)]),
  ];
}

function plannedErrors(
  { weight, ratio, difference, gate }: EventTolerance,
  { traffic, regression }: Situation,
): PlannedCheck {
  const { errorRate } = traffic;
  const tolerated = Math.max(ratio * errorRate, errorRate + difference);
  return {
    check: CheckName.Errors,
    weight,
    find:
      regression.errorRate <= tolerated
        ? `up to ${sayPercent(tolerated)} that fail are tolerated`
        : ofRates(errorRate, regression.errorRate, harmOfEvents(ratio, difference)),
    exclude:
      gate === null
        ? noGate
        : ofRates(errorRate, errorRate, safetyOfEvents(gate.ratio, gate.difference)),
  };
}

function plannedPredictions(
  { weight, tolerance, gate }: PredictionTolerance,
  { regression, settings: { tau } }: Situation,
): PlannedCheck {
  const { drift } = regression;
  return {
    check: CheckName.Predictions,
    weight,
    find:
      drift === 0
        ? 'no regression of the predictions was asked for'
        : drift <= tolerance
          ? `a drift up to ${sayPercent(tolerance)} is tolerated`
          : ofShare(drift, tolerance, Direction.Above, tau),
    exclude: gate ? ofShare(0, tolerance, Direction.Below, tau) : noGate,
  };
}
