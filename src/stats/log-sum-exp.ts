/**
 * ln Σ exp(xᵢ) without overflow; −∞ for no terms. Evidence is carried as logarithms everywhere,
 * because a clear regression reaches e-values beyond 10³⁰⁰ within minutes.
 */
export function logSumExp(terms: readonly number[]): number {
  let largest = -Infinity;
  for (const term of terms) if (term > largest) largest = term;
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (const term of terms) sum += Math.exp(term - largest);
  return largest + Math.log(sum);
}

/** ln of the mean of exp(xᵢ): the logarithm of a mixture with equal weights. */
export function logMeanExp(terms: readonly number[]): number {
  return logSumExp(terms) - Math.log(terms.length);
}
