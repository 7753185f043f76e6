import { refuse, requireCount } from './require.js';

/** How far two lists of counts over the same classes lie apart: shown to people, never acted on. */
export interface Divergence {
  /** Population stability index, natural logarithm, ½ added to every count. */
  readonly psi: number;
  /** What the index is expected to be when nothing changed: (K − 1)(1/n_c + 1/n_s). */
  readonly psiNoiseFloor: number;
  /** Square root of the Jensen-Shannon divergence in bits, 0 to 1. */
  readonly jensenShannon: number;
  /** Half the sum of the absolute differences of the shares, 0 to 1. */
  readonly totalVariation: number;
}

/**
 * The distances of two distributions over the same classes. Jensen-Shannon: Lin 1991; the square
 * root is a metric (Endres & Schindelin 2003).
 * @param canary counts, one a class
 * @param stable counts, one a class, in the same order
 * @throws SerinError `invalid-statistics-input` for unequal lengths, no classes, no observations,
 *   or what is not a count
 */
export function divergence(canary: readonly number[], stable: readonly number[]): Divergence {
  if (canary.length !== stable.length) refuse(`${stable.length} classes`, canary.length);
  const canaryTotal = totalOf(canary, 'canary');
  const stableTotal = totalOf(stable, 'stable');
  const classes = canary.length;
  let psi = 0;
  let jensenShannon = 0;
  let totalVariation = 0;
  for (let index = 0; index < classes; index += 1) {
    const c = canary[index] ?? 0;
    const s = stable[index] ?? 0;
    const smoothC = (c + 0.5) / (canaryTotal + 0.5 * classes);
    const smoothS = (s + 0.5) / (stableTotal + 0.5 * classes);
    psi += (smoothC - smoothS) * Math.log(smoothC / smoothS);
    const shareC = c / canaryTotal;
    const shareS = s / stableTotal;
    jensenShannon += (towards(shareC, shareS) + towards(shareS, shareC)) / 2;
    totalVariation += Math.abs(shareC - shareS) / 2;
  }
  return {
    psi,
    psiNoiseFloor: (classes - 1) * (1 / canaryTotal + 1 / stableTotal),
    jensenShannon: Math.sqrt(Math.max(0, jensenShannon) / Math.LN2),
    totalVariation,
  };
}

/** One class's part of the Kullback-Leibler divergence from p to the middle of p and q. */
function towards(p: number, q: number): number {
  return p === 0 ? 0 : p * Math.log((2 * p) / (p + q));
}

function totalOf(counts: readonly number[], name: string): number {
  let total = 0;
  for (const count of counts) {
    requireCount(count, `every count of ${name}`);
    total += count;
  }
  if (total === 0) refuse(`at least 1 observation of ${name}`, total);
  return total;
}
