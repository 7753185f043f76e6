import { CheckName } from '../../domain/evidence.js';
import { divergence } from '../../stats/divergence.js';
import { halfNormalRadius } from '../../stats/half-normal-mixture.js';
import { toEvidence, type Check } from '../check-input.js';
import { lacksPredictions } from '../obstacle.js';
import { estimatesFromEachStep, harmOfMean, safetyOfMean } from '../mean-sums.js';
import type { PredictionTable } from '../prediction-table.js';
import { sayNumber, sayOdds } from '../words.js';

/**
 * Does the canary answer otherwise? Engine A on y = 1 for a prediction of the classes (for scores:
 * stable's deciles) that the canary had been giving too often before: the difference of the shares
 * is at most the total variation, and comes close to it once it is known which classes they are.
 */
export const predictionsCheck: Check = (input) => {
  const { settings, steps, effects } = input;
  const check = settings.checks.predictions;
  if (check === null || (check.onlyWhereReadable && lacksPredictions(steps))) return null;
  const estimates = estimatesFromEachStep(
    steps.map(({ predictions }) => predictions),
    effects.predictions,
  );
  const all = estimates[0];
  const ready = all !== undefined && all.ready && effects.enoughGroups;
  const { tolerance } = check;
  const harmLogE = ready ? harmOfMean(estimates, tolerance, settings.tau) : 0;
  const safeLogE = ready ? safetyOfMean(estimates, tolerance, settings.tau) : 0;
  const radius = ready ? halfNormalRadius(all.information, settings.alpha, settings.tau) : Infinity;
  const value = all?.estimate ?? 0;
  const counts = input.predictions.counts();
  const total = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0);
  const bounds = { low: Math.max(-1, value - radius), high: Math.min(1, value + radius) };
  return toEvidence(
    {
      check: CheckName.Predictions,
      harmLogE,
      ...(check.gate ? { safeLogE } : {}),
      weight: check.weight,
      ...(ready ? { estimate: { unit: 'points', value, ...bounds } as const } : {}),
      samples: { stable: total(counts.stable), canary: total(counts.canary) },
      overdispersion: all?.overdispersion ?? 1,
      shown: distances(input.predictions),
      sentence: ready
        ? `canary gives the answers that it favours ${sayPoints(value)} more often, between ` +
          `${sayPoints(bounds.low)} and ${sayPoints(bounds.high)}; ` +
          `evidence ${sayOdds(harmLogE)} of more than ${sayPoints(tolerance)}`
        : sayNotReady(input.predictions),
    },
    input,
  );
};

function sayNotReady(table: PredictionTable): string {
  const unlike = table.unlikeKinds();
  return unlike === undefined
    ? 'predictions: waits for 3 buckets and 30 predictions of the canary'
    : `predictions: cannot be compared, as stable answers with ${unlike.stable} ` +
        `and the canary with ${unlike.canary}`;
}

/** Shown only: watched for long, a PSI above 0.1 alarms in most harmless rollouts. */
function distances(table: PredictionTable): Record<string, number> {
  const { stable, canary } = table.counts();
  if (!stable.some((count) => count > 0) || !canary.some((count) => count > 0)) return {};
  const { psi, psiNoiseFloor, jensenShannon, totalVariation } = divergence(canary, stable);
  const kolmogorovSmirnov = table.scoreDistance();
  return { psi, psiNoiseFloor, jensenShannon, totalVariation, kolmogorovSmirnov };
}

function sayPoints(share: number): string {
  return `${sayNumber(100 * share)} points`;
}
