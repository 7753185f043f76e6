import { requireArmEvents, type ArmEvents } from './fisher.js';
import { normalCdf, normalQuantile } from './normal.js';
import { requireBetween } from './require.js';

/** The pooled two-proportion z-test: valid for one look, planned beforehand. */
export interface TwoProportionResult {
  /** 0 when no request or every request is an event. */
  readonly z: number;
  /** Rate of the canary minus rate of stable. */
  readonly difference: number;
  readonly pTwoSided: number;
  /** Against "the canary has the higher rate". */
  readonly pGreater: number;
  readonly pLess: number;
}

/**
 * The z-test of two proportions with the pooled variance, without continuity correction.
 * @throws SerinError `invalid-statistics-input` when a count is impossible or an arm is empty
 */
export function twoProportionTest(canary: ArmEvents, stable: ArmEvents): TwoProportionResult {
  requireArmEvents(canary, 'canary');
  requireArmEvents(stable, 'stable');
  const difference = canary.events / canary.requests - stable.events / stable.requests;
  const pooled = (canary.events + stable.events) / (canary.requests + stable.requests);
  const variance = pooled * (1 - pooled) * (1 / canary.requests + 1 / stable.requests);
  const z = variance === 0 ? 0 : difference / Math.sqrt(variance);
  return {
    z,
    difference,
    pTwoSided: variance === 0 ? 1 : Math.min(1, 2 * normalCdf(-Math.abs(z))),
    pGreater: normalCdf(-z),
    pLess: normalCdf(z),
  };
}

/**
 * Wilson's score interval of one rate (Wilson 1927).
 * @param level such as 0.95
 * @throws SerinError `invalid-statistics-input`
 */
export function wilsonInterval(arm: ArmEvents, level = 0.95): readonly [number, number] {
  requireArmEvents(arm, 'the arm');
  requireBetween(level, 0, 1, 'a confidence level');
  const z = normalQuantile(1 - (1 - level) / 2);
  const n = arm.requests;
  const rate = arm.events / n;
  const middle = (rate + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n));
  // At no events and at nothing but events the bounds are exactly 0 and 1; rounding would miss.
  return [
    arm.events === 0 ? 0 : Math.max(0, middle - half),
    arm.events === n ? 1 : Math.min(1, middle + half),
  ];
}

/**
 * Newcombe's interval of the difference of two rates, canary minus stable: the hybrid of the two
 * Wilson intervals (Newcombe 1998, method 10).
 * @throws SerinError `invalid-statistics-input`
 */
export function newcombeInterval(
  canary: ArmEvents,
  stable: ArmEvents,
  level = 0.95,
): readonly [number, number] {
  const [canaryLow, canaryHigh] = wilsonInterval(canary, level);
  const [stableLow, stableHigh] = wilsonInterval(stable, level);
  const canaryRate = canary.events / canary.requests;
  const stableRate = stable.events / stable.requests;
  const difference = canaryRate - stableRate;
  return [
    difference - Math.hypot(canaryRate - canaryLow, stableHigh - stableRate),
    difference + Math.hypot(canaryHigh - canaryRate, stableRate - stableLow),
  ];
}
