import { logMeanExp } from './log-sum-exp.js';
import { Direction } from './half-normal-mixture.js';
import type { EventStep } from './odds-evidence.js';
import {
  requireBetween,
  requireEventStep,
  requireOverdispersion,
  requireWithin,
} from './require.js';

/** The shares of the largest safe stake that are mixed over. */
export const stakes = [0.02, 0.05, 0.1, 0.2, 0.4, 0.7] as const;

/**
 * ln E, gathered from each step on, about the absolute difference of two event rates, by betting
 * (Waudby-Smith & Ramdas 2024). Every request is worth z = 1/π when it is the canary's event,
 * −1/(1−π) when it is stable's, 0 otherwise: its mean is the difference of the rates, whatever the
 * rates are. The stake is λ = f/b with b the largest possible loss.
 * @param difference δ, as a rate: 0.001 is a tenth of a percentage point
 * @param direction Above tests "difference ≤ δ", Below tests "difference ≥ δ"
 * @param overdispersion φ ≥ 1
 * @returns one ln E a step; the first is that of all steps together
 * @throws SerinError `invalid-statistics-input`
 */
export function bettingLogEFromEachStep(
  steps: readonly EventStep[],
  difference: number,
  direction: Direction,
  overdispersion: number,
): number[] {
  requireBetween(difference, -1, 1, 'a tolerated difference of rates');
  requireOverdispersion(overdispersion);
  const sums = new Array<number>(stakes.length).fill(0);
  const logE = new Array<number>(steps.length);
  for (let k = steps.length - 1; k >= 0; k -= 1) {
    const step = steps[k];
    if (step === undefined) continue;
    requireEventStep(step);
    const { share, requests, canaryEvents, stableEvents } = step;
    requireWithin(requests, 0, Number.MAX_VALUE, 'requests');
    const largestLoss =
      direction === Direction.Above ? difference + 1 / (1 - share) : 1 / share - difference;
    for (const [index, stake] of stakes.entries()) {
      const lambda = (stake / largestLoss) * direction;
      const gain =
        (requests - canaryEvents - stableEvents) * Math.log1p(-lambda * difference) +
        canaryEvents * Math.log1p(lambda * (1 / share - difference)) +
        stableEvents * Math.log1p(lambda * (-1 / (1 - share) - difference));
      sums[index] = (sums[index] ?? 0) + gain / overdispersion;
    }
    logE[k] = logMeanExp(sums);
  }
  return logE;
}

/** ln E of the betting test over all steps; 0 without steps. */
export function bettingLogE(
  steps: readonly EventStep[],
  difference: number,
  direction: Direction,
  overdispersion = 1,
): number {
  return bettingLogEFromEachStep(steps, difference, direction, overdispersion)[0] ?? 0;
}
