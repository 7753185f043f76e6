import { noMoments, type Moments } from '../stats/moments.js';
import { ArmPredictions } from './arm-predictions.js';
import { ArmPulse } from './arm-pulse.js';

/** One arm's requests in a step. Latencies are of answered requests, in milliseconds. */
export interface ArmSample {
  readonly moments: Moments;
  /** The newest latencies, for what needs each of them; in no order. */
  readonly newest: number[];
  /** Since somebody last looked. */
  readonly pulse: ArmPulse;
  readonly predictions: ArmPredictions;
  requests: number;
  errors: number;
}

/** How many latencies an arm keeps; a test of more would say no more that matters. */
export const newestKept = 5_000;

export function noSample(): ArmSample {
  return {
    moments: noMoments(),
    newest: [],
    pulse: new ArmPulse(),
    predictions: new ArmPredictions(),
    requests: 0,
    errors: 0,
  };
}

/**
 * A quantile of the newest latencies (nearest rank); undefined while there is none.
 * @param q from 0 to 1
 */
export function newestQuantile({ newest }: ArmSample, q: number): number | undefined {
  const sorted = Float64Array.from(newest).sort();
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}
