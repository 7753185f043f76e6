import type { Prediction } from '../../domain/observation.js';

/** How far two numbers are apart. */
export interface Difference {
  readonly absolute: number;
  /** Of the larger of the two sizes: 0 to 2. */
  readonly relative: number;
}

/** Two scores that are no further apart than either of these are the same answer. */
export interface ScoreTolerance {
  readonly absolute: number;
  /** A share of the larger of the two sizes. */
  readonly relative: number;
}

/** A retrained model never gives the very same numbers; a twentieth rarely changes what is done. */
export const defaultScoreTolerance: ScoreTolerance = { absolute: 1e-3, relative: 0.05 };

/** From here on a probability decides for its class; the feedback check decides so, too. */
const decidesFrom = 0.5;

/**
 * Whether two predictions for the same input are the same answer: the same class; probabilities on
 * the same side of one half; scores within the tolerance. What counts is the decision, where there
 * is one, since a retrained model that decides alike does no harm.
 * @param isProbability whether the numbers are probabilities
 */
export function compareAnswers(
  stable: Prediction | undefined,
  canary: Prediction | undefined,
  isProbability: boolean,
  tolerance: ScoreTolerance = defaultScoreTolerance,
): { readonly agree: boolean | undefined; readonly difference: Difference | undefined } {
  if (stable === undefined && canary === undefined) return nothingToCompare;
  if (stable?.kind === 'class' && canary?.kind === 'class') {
    return { agree: stable.label === canary.label, difference: undefined };
  }
  if (stable?.kind !== 'score' || canary?.kind !== 'score') {
    // One gave a class and the other a number, or none at all: no client takes one for the other.
    return { agree: false, difference: undefined };
  }
  const difference = differenceOf(stable.value, canary.value);
  const agree = isProbability
    ? stable.value >= decidesFrom === canary.value >= decidesFrom
    : difference.absolute <= tolerance.absolute || difference.relative <= tolerance.relative;
  return { agree, difference };
}

const nothingToCompare = { agree: undefined, difference: undefined };

function differenceOf(stable: number, canary: number): Difference {
  const size = Math.max(Math.abs(stable), Math.abs(canary));
  if (size === 0) return { absolute: 0, relative: 0 };
  // Each divided first: the difference of two very large numbers may be beyond all numbers.
  return {
    absolute: Math.min(Math.abs(stable - canary), Number.MAX_VALUE),
    relative: Math.abs(stable / size - canary / size),
  };
}
