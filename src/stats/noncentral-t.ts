import { normalCdf } from './normal.js';
import { requireFinite, requireWithin } from './require.js';

/**
 * P(T ≤ t) for Student's t with noncentrality δ: the chance that (Z + δ)/√(χ²_ν/ν) ≤ t, which is
 * ∫ Φ(t·s − δ) f(s) ds over s = √(χ²_ν/ν) (Johnson, Kotz, Balakrishnan 1995, equation 31.13).
 *
 * The trapezoidal rule in y = ln s converges exponentially, because the integrand falls off at least
 * exponentially on both sides; dividing by the same sum without Φ spares the Gamma function. Within
 * 10⁻¹² of scipy's `nct` in the tests.
 * @param t any finite number
 * @param degreesOfFreedom ν, from 1 to 10¹²
 * @param noncentrality δ, at most 100·√ν either way: an effect of 100 standard deviations. Beyond
 *   these the sum has more terms than anyone would wait for.
 * @throws SerinError `invalid-statistics-input`
 */
export function noncentralTCdf(t: number, degreesOfFreedom: number, noncentrality: number): number {
  const nu = degreesOfFreedom;
  requireFinite(t, 't');
  requireWithin(nu, 1, 1e12, 'degrees of freedom');
  const farthest = 100 * Math.sqrt(nu);
  requireWithin(noncentrality, -farthest, farthest, 'a noncentrality');
  // The density of y is as narrow as 1/√(2ν), the step of Φ as 1/(1 + |δ|): eight points in each.
  const step = Math.min(1 / Math.sqrt(2 * nu), 1 / (1 + Math.abs(noncentrality))) / 8;
  let weighted = 0;
  let whole = 0;
  for (const sign of [-1, 1]) {
    for (let k = sign === -1 ? 0 : 1; ; k += 1) {
      const y = sign * k * step;
      const s = Math.exp(y);
      // Relative to its largest value, at s = 1; s² − 1 by itself, as ν may be large.
      const logDensity = nu * (y - Math.expm1(2 * y) / 2);
      if (logDensity < -45) break;
      const density = Math.exp(logDensity);
      whole += density;
      weighted += density * normalCdf(t * s - noncentrality);
    }
  }
  return weighted / whole;
}
