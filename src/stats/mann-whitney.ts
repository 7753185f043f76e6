import { normalCdf } from './normal.js';
import { requireFinite, requireSample, requireWithin } from './require.js';

/** The Mann-Whitney test, canary against stable: valid for one look, planned beforehand. */
export interface MannWhitneyResult {
  /** Pairs in which the canary's value is larger, ties counting half. */
  readonly u: number;
  readonly mean: number;
  readonly standardDeviation: number;
  /** Standard deviations by which u is away from its mean, half a pair nearer; 0 if degenerate. */
  readonly zTwoSided: number;
  readonly zGreater: number;
  readonly zLess: number;
  readonly pTwoSided: number;
  /** Against "the canary's values are larger". */
  readonly pGreater: number;
  readonly pLess: number;
  /** The chance that a canary's value exceeds a stable one, ties counting half. */
  readonly probabilityOfSuperiority: number;
  /** Σ(t³ − t) over groups of ties. */
  readonly tieSum: number;
  /** Every value is the same. */
  readonly degenerate: boolean;
}

/**
 * The Mann-Whitney U test: normal approximation with tie and continuity correction.
 * Mann & Whitney 1947; tie correction as in Lehmann 1975, section 1.4. Equal inputs give equal
 * answers: no noise is added to break ties.
 * @param canary at least one finite value
 * @param stable at least one finite value
 * @throws SerinError `invalid-statistics-input`
 */
export function mannWhitneyTest(
  canary: readonly number[],
  stable: readonly number[],
): MannWhitneyResult {
  requireSample(canary, 1, 'canary');
  requireSample(stable, 1, 'stable');
  const { rankSum, tieSum } = rankCanary(canary, stable);
  const pairs = canary.length * stable.length;
  const total = canary.length + stable.length;
  const u = rankSum - (canary.length * (canary.length + 1)) / 2;
  const mean = pairs / 2;
  const variance = (pairs / 12) * (total + 1 - tieSum / (total * (total - 1)));
  const standardDeviation = Math.sqrt(Math.max(0, variance));
  const degenerate = standardDeviation === 0;
  const zOf = (excess: number): number => (degenerate ? 0 : excess / standardDeviation);
  const zTwoSided = zOf(Math.abs(u - mean) - 0.5);
  const zGreater = zOf(u - mean - 0.5);
  const zLess = zOf(u - mean + 0.5);
  return {
    u,
    mean,
    standardDeviation,
    zTwoSided,
    zGreater,
    zLess,
    pTwoSided: degenerate ? 1 : Math.min(1, 2 * normalCdf(-zTwoSided)),
    pGreater: degenerate ? 1 : normalCdf(-zGreater),
    pLess: degenerate ? 1 : normalCdf(zLess),
    probabilityOfSuperiority: u / pairs,
    tieSum,
    degenerate,
  };
}

/**
 * The median of all differences canary − stable, which is what the test shifts by (Hodges &
 * Lehmann 1963). It looks at every pair: at most 4,000,000 of them.
 * @throws SerinError `invalid-statistics-input`
 */
export function hodgesLehmannShift(canary: readonly number[], stable: readonly number[]): number {
  requireSample(canary, 1, 'canary');
  requireSample(stable, 1, 'stable');
  requireWithin(canary.length * stable.length, 1, 4_000_000, 'a number of pairs');
  const differences = new Float64Array(canary.length * stable.length);
  let filled = 0;
  for (const c of canary) for (const s of stable) differences[filled++] = c - s;
  differences.sort();
  const upper = differences[Math.floor(filled / 2)] ?? 0;
  const lower = differences[Math.floor((filled - 1) / 2)] ?? 0;
  // Halved first, as the sum may overflow; the differences themselves may have.
  const middle = lower / 2 + upper / 2;
  requireFinite(middle, 'the shift');
  return middle;
}

function rankCanary(
  canary: readonly number[],
  stable: readonly number[],
): { rankSum: number; tieSum: number } {
  const all = [
    ...canary.map((value) => ({ value, isCanary: true })),
    ...stable.map((value) => ({ value, isCanary: false })),
  ].sort((a, b) => a.value - b.value);
  let rankSum = 0;
  let tieSum = 0;
  for (let from = 0; from < all.length;) {
    let to = from;
    let canaries = 0;
    while (to < all.length && all[to]?.value === all[from]?.value) {
      if (all[to]?.isCanary === true) canaries += 1;
      to += 1;
    }
    const tied = to - from;
    rankSum += (canaries * (from + 1 + to)) / 2;
    tieSum += tied ** 3 - tied;
    from = to;
  }
  return { rankSum, tieSum };
}
