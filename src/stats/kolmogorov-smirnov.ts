import { requireSample } from './require.js';

/** The two-sample Kolmogorov-Smirnov test: shown to people, valid for one look. */
export interface KolmogorovSmirnovResult {
  /** The largest distance between the two distribution functions, 0 to 1. */
  readonly distance: number;
  /** The largest F_stable − F_canary: how far the canary's values lie above stable's. */
  readonly canaryHigher: number;
  readonly canaryLower: number;
  readonly p: number;
  /** Against "the canary's values are larger". */
  readonly pCanaryHigher: number;
}

/**
 * The two-sample Kolmogorov-Smirnov test with its asymptotic p-values (Smirnov 1939, 1948).
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
    pCanaryHigher: Math.exp(-2 * (scale * canaryHigher) ** 2),
  };
}

/**
 * P(K > λ) of the Kolmogorov distribution: 2 Σ (−1)^{k−1} exp(−2k²λ²), and below λ = 1, where that
 * converges slowly, the theta-function form of the same (Feller 1948).
 */
export function kolmogorovTail(lambda: number): number {
  if (lambda <= 0) return 1;
  let sum = 0;
  if (lambda < 1) {
    for (let k = 1; k <= 7; k += 2) sum += Math.exp(-((k * Math.PI) ** 2) / (8 * lambda * lambda));
    return Math.max(0, 1 - (Math.sqrt(2 * Math.PI) / lambda) * sum);
  }
  for (let k = 1; k <= 8; k += 1) {
    sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * lambda) ** 2);
  }
  return Math.min(1, sum);
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
