import { oddsLogE } from './odds-evidence.js';
import { estimatedRateRatio, eventOverdispersion, type EventDispersion } from './overdispersion.js';
import { requireOverdispersion } from './require.js';

/** Odds, as multiples of the intended ones, that a wrong split is mixed over: both directions. */
const bothWays = [1.02, 1.05, 1.1, 1.25, 2].flatMap((g) => [g, 1 / g]);

/** The chance of ever declaring a right split wrong. */
export const sampleRatioAlpha = 0.001;

/** Whether the observed split is the intended one. */
export interface SampleRatio {
  readonly logE: number;
  readonly overdispersion: number;
  /** The comparison is invalid: the arms did not get the traffic that they should have. */
  readonly wrong: boolean;
}

/**
 * The sample-ratio check: the odds e-process with requests as the events, against R = 1, in both
 * directions, at α = 0.001 (Lindon & Malek 2022).
 * @param steps requests an arm as its events, in buckets
 * @param leastOverdispersion what is known otherwise: requests of one user stay together when sticky
 * @throws SerinError `invalid-statistics-input`
 */
export function sampleRatioCheck(
  steps: readonly EventDispersion[],
  leastOverdispersion = 1,
): SampleRatio {
  requireOverdispersion(leastOverdispersion);
  // Around the ratio that was seen: around 1, a wrong split would look like a scattering one.
  const scatter = eventOverdispersion(steps, estimatedRateRatio(steps));
  const overdispersion = Math.max(leastOverdispersion, scatter);
  const logE = oddsLogE(
    steps.map((step) => ({ ...step, requests: step.canaryEvents + step.stableEvents })),
    1,
    bothWays,
    overdispersion,
  );
  return { logE, overdispersion, wrong: logE >= -Math.log(sampleRatioAlpha) };
}
