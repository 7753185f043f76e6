import { requireFinite, requireSample } from './require.js';

const mostPairsForExact = 10_000;

/** The two-sample Kolmogorov-Smirnov test: shown to people, valid for one look. */
export interface KolmogorovSmirnovResult {
  /** The largest distance between the two distribution functions, 0 to 1. */
  readonly distance: number;
  /** The largest F_stable − F_canary: how far the canary's values lie above stable's. */
  readonly canaryHigher: number;
  readonly canaryLower: number;
  /** Asymptotic. */
  readonly p: number;
  /** The same with the correction for small samples of Stephens 1970. */
  readonly pStephens: number;
  /**
   * Of all orders in which values without ties can come, those with at least this distance; null
   * for more than 10,000 pairs, where the asymptotic one is as good. With ties it is too large.
   */
  readonly pExact: number | null;
  /** Against "the canary's values are larger". */
  readonly pCanaryHigher: number;
}

/**
 * The two-sample Kolmogorov-Smirnov test (Smirnov 1939, 1948).
 * @param canary at least one finite value
 * @param stable at least one finite value
 * @throws SerinError `invalid-statistics-input`
 */
export function kolmogorovSmirnovTest(
  canary: readonly number[],
  stable: readonly number[],
): KolmogorovSmirnovResult {
  requireSample(canary, 1, 'canary');
  requireSample(stable, 1, 'stable');
  const { canaryHigher, canaryLower } = distances(canary, stable);
  const distance = Math.max(canaryHigher, canaryLower);
  const scale = Math.sqrt((canary.length * stable.length) / (canary.length + stable.length));
  return {
    distance,
    canaryHigher,
    canaryLower,
    p: kolmogorovTail(scale * distance),
    pStephens: kolmogorovTail((scale + 0.12 + 0.11 / scale) * distance),
    pExact:
      canary.length * stable.length > mostPairsForExact
        ? null
        : exactTail(distance, canary.length, stable.length),
    pCanaryHigher: Math.exp(-2 * (scale * canaryHigher) ** 2),
  };
}

/**
 * P(K > λ) of the Kolmogorov distribution: 2 Σ (−1)^{k−1} exp(−2k²λ²), and below λ = 1, where that
 * converges slowly, the theta-function form of the same (Feller 1948).
 * @throws SerinError `invalid-statistics-input` when λ is not finite
 */
export function kolmogorovTail(lambda: number): number {
  requireFinite(lambda, 'λ');
  if (lambda <= 0) return 1;
  let sum = 0;
  if (lambda < 1) {
    for (let k = 1; k <= 7; k += 2) sum += Math.exp(-((k * Math.PI) ** 2) / (8 * lambda * lambda));
    // Below λ = 0.04 every term is 0, and 1/λ may be infinite.
    return sum === 0 ? 1 : Math.max(0, 1 - (Math.sqrt(2 * Math.PI) / lambda) * sum);
  }
  for (let k = 1; k <= 8; k += 1) {
    sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * lambda) ** 2);
  }
  return Math.min(1, sum);
}

/**
 * The share of all lattice paths from (0, 0) to (m, n) that come as far as the distance from the
 * diagonal (Hodges 1958), by the chance that a path has done so when it passes (i, j).
 */
function exactTail(distance: number, m: number, n: number): number {
  // Distances are whole multiples of 1/(mn): compared as whole numbers, none is missed by rounding.
  const reach = Math.round(distance * m * n);
  const row = new Float64Array(n + 1);
  for (let i = 0; i <= m; i += 1) {
    for (let j = 0; j <= n; j += 1) {
      const hasReached = Math.abs(i * n - j * m) >= reach;
      const fromLeft = i === 0 ? 0 : ((row[j] ?? 0) * i) / (i + j);
      const fromBelow = j === 0 ? 0 : ((row[j - 1] ?? 0) * j) / (i + j);
      row[j] = hasReached ? 1 : fromLeft + fromBelow;
    }
  }
  return row[n] ?? 1;
}

function distances(
  canary: readonly number[],
  stable: readonly number[],
): { canaryHigher: number; canaryLower: number } {
  const c = Float64Array.from(canary).sort();
  const s = Float64Array.from(stable).sort();
  let canaryHigher = 0;
  let canaryLower = 0;
  for (let i = 0, j = 0; i < c.length && j < s.length;) {
    const value = Math.min(c[i] ?? Infinity, s[j] ?? Infinity);
    while (i < c.length && c[i] === value) i += 1;
    while (j < s.length && s[j] === value) j += 1;
    const gap = j / s.length - i / c.length;
    canaryHigher = Math.max(canaryHigher, gap);
    canaryLower = Math.max(canaryLower, -gap);
  }
  return { canaryHigher, canaryLower };
}
