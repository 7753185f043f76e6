import { refuse, requireNumber } from './require.js';

/**
 * ln Σ exp(xᵢ) without overflow; −∞ for no terms. Evidence is carried as logarithms everywhere,
 * because a clear regression reaches e-values beyond 10³⁰⁰ within minutes.
 * @param terms numbers; infinite ones are e-values of 0 and of more than can be written
 * @throws SerinError `invalid-statistics-input` when one is no number
 */
export function logSumExp(terms: readonly number[]): number {
  let largest = -Infinity;
  for (const term of terms) {
    requireNumber(term, 'evidence');
    if (term > largest) largest = term;
  }
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (const term of terms) sum += Math.exp(term - largest);
  return largest + Math.log(sum);
}

/**
 * ln of the mean of exp(xᵢ): the logarithm of a mixture with equal weights.
 * @throws SerinError `invalid-statistics-input` without terms, or when one is no number
 */
export function logMeanExp(terms: readonly number[]): number {
  if (terms.length === 0) refuse('at least 1 term to mix', 0);
  return logSumExp(terms) - Math.log(terms.length);
}
