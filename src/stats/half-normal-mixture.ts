import { logNormalCdf, normalDensity } from './normal.js';
import { requireBetween, requireFinite, requireWithin } from './require.js';

/** Which side of the margin is to be shown: above it (harm), or below it (safety). */
export const Direction = { Above: 1, Below: -1 } as const;
export type Direction = (typeof Direction)[keyof typeof Direction];

/** The effect that the mixture is tuned to catch, on the scale of the estimate. */
export const defaultTau = 0.1;

/**
 * ln E against "the difference is at most m" (Above) or "at least m" (Below), by a half-normal
 * mixture over the effect (Robbins 1970; asymptotic form: Waudby-Smith, Arbour, Sinha, Kennedy,
 * Ramdas 2021): with W = ±I(Δ̂ − m), a = 1 + Iτ², u = Wτ/√a,
 * ln E = ln 2 − ½ ln a + u²/2 + ln Φ(u).
 * @param estimate Δ̂, canary minus stable
 * @param information I, the inverse of the estimate's variance; 0 gives ln E = 0
 * @throws SerinError `invalid-statistics-input`
 */
export function halfNormalLogE(
  estimate: number,
  information: number,
  margin: number,
  direction: Direction,
  tau: number = defaultTau,
): number {
  requireFinite(estimate, 'an estimate');
  requireFinite(margin, 'a margin');
  requireWithin(information, 0, Number.MAX_VALUE, 'information');
  requireBetween(tau, 0, Infinity, 'tau');
  const a = 1 + information * tau * tau;
  // I·τ/√a first: I·(Δ̂ − m) alone may overflow.
  const u = direction * (estimate - margin) * ((information * tau) / Math.sqrt(a));
  return Math.LN2 - Math.log(a) / 2 + Math.min((u * u) / 2, Number.MAX_VALUE) + logNormalCdf(u);
}

/**
 * The radius r of the confidence sequence Δ̂ ± r: each of its two bounds holds at all times together
 * with probability 1 − alpha. It is the margin at which ln E reaches ln(1/alpha).
 * @returns Infinity without information
 * @throws SerinError `invalid-statistics-input`
 */
export function halfNormalRadius(
  information: number,
  alpha: number,
  tau: number = defaultTau,
): number {
  requireWithin(information, 0, Number.MAX_VALUE, 'information');
  requireBetween(alpha, 0, 1, 'alpha');
  requireBetween(tau, 0, Infinity, 'tau');
  if (information === 0) return Infinity;
  const a = 1 + information * tau * tau;
  const u = solveForU(-Math.log(alpha) - Math.LN2 + Math.log(a) / 2);
  return (u * Math.sqrt(a)) / (information * tau);
}

/** The u with u²/2 + ln Φ(u) = target, by Newton steps kept inside a shrinking bracket. */
function solveForU(target: number): number {
  let low = -1;
  let high = 1 + Math.sqrt(2 * Math.max(0, target) + 2);
  while (low * low * 0.5 + logNormalCdf(low) > target) low *= 2;
  let u = Math.sqrt(2 * Math.max(0, target));
  for (let round = 0; round < 100; round += 1) {
    const logPhi = logNormalCdf(u);
    const excess = (u * u) / 2 + logPhi - target;
    if (excess > 0) high = u;
    else low = u;
    const newton = u - excess / (u + normalDensity(u) / Math.exp(logPhi));
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - u) <= 1e-15 * Math.max(1, Math.abs(u))) return next;
    u = next;
  }
  return u;
}
