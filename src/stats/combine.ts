import { logSumExp } from './log-sum-exp.js';
import { requireBetween, requireNumber, requireWithin } from './require.js';

/** One check's evidence of harm, and its share of the rollout's whole alpha. */
export interface WeightedEvidence {
  readonly weight: number;
  readonly logE: number;
}

/**
 * ln Σ w E of several checks together. With weights that sum to at most 1 the sum is evidence
 * itself, so the whole judge alarms falsely at most alpha of the time (Grünwald, de Heide, Koolen
 * 2024: averages of e-values are e-values).
 * @returns −Infinity without checks
 * @throws SerinError `invalid-statistics-input`
 */
export function combineEvidence(checks: readonly WeightedEvidence[]): number {
  for (const { weight, logE } of checks) {
    requireWithin(weight, 0, 1, 'a weight');
    requireNumber(logE, 'evidence');
  }
  return logSumExp(
    checks.filter(({ weight }) => weight > 0).map(({ weight, logE }) => Math.log(weight) + logE),
  );
}

/** How far evidence has come on its way to 1/alpha: 0 to 1. */
export function progressOfEvidence(logE: number, alpha: number): number {
  requireNumber(logE, 'evidence');
  requireBetween(alpha, 0, 1, 'alpha');
  return Math.min(1, Math.max(0, logE / -Math.log(alpha)));
}

/** The anytime-valid p-value of the largest evidence so far. */
export function anytimeP(largestLogE: number): number {
  requireNumber(largestLogE, 'evidence');
  return Math.min(1, Math.exp(-largestLogE));
}
