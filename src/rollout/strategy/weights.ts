import { toPercent, type Percent } from '../../domain/share.js';
import type { Strategy } from './strategy.js';

/** The weights of a strategy's weight steps, with the place of each among all steps. */
export function weightSteps(strategy: Pick<Strategy, 'steps'>): { at: number; weight: Percent }[] {
  return strategy.steps.flatMap((step, at) =>
    step.kind === 'weight' ? [{ at, weight: step.weight }] : [],
  );
}

/**
 * The most that the canary may have while the step of this index is the current one: the largest
 * weight up to and including it, and 0 before the first.
 * @param index −1 before the first step; the number of steps while a holdback is kept
 */
export function allowedWeight(strategy: Strategy, index: number): Percent {
  if (index >= strategy.steps.length) return holdbackWeight(strategy);
  return toPercent(
    Math.max(
      0,
      ...weightSteps(strategy)
        .filter(({ at }) => at <= index)
        .map(({ weight }) => weight),
    ),
  );
}

/** The canary's weight after the last step: all of it but the holdback. */
export function holdbackWeight(strategy: Strategy): Percent {
  return toPercent(100 - (strategy.holdback?.percent ?? 0));
}

/**
 * Whether the judge must have found the canary safe before this step is left. At 100% nothing is
 * left to compare with, so it is the last step with two arms that decides, and not a step to 100%
 * after it; promotion from a strategy without a step to 100% is decided by its last step.
 */
export function mustBeSafeToLeave(strategy: Strategy, index: number): boolean {
  const step = strategy.steps[index];
  if (step?.kind !== 'weight') return false;
  return weightSteps(strategy).every(({ at, weight }) => at <= index || weight >= 100);
}
