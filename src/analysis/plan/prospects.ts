import { Direction } from '../../stats/half-normal-mixture.js';
import { normalCdf, normalQuantile } from '../../stats/normal.js';
import {
  harmOfEvents,
  powerOfEvents,
  powerOfMean,
  safetyOfEvents,
  type Design,
} from '../../stats/sequential-power.js';
import type { JudgeSettings, LatencyTolerance } from '../judge-settings.js';
import { logMargin } from '../latency-margins.js';
import { sayPercent } from '../words.js';

/** What is known of the traffic before a rollout. */
export interface PlannedTraffic {
  /** Of both arms, above 0. */
  readonly requestsPerSecond: number;
  /** Share of stable's requests that fail, between 0 and 1. */
  readonly errorRate: number;
  /** Standard deviation of the logarithm of the latency, above 0; 0.5 is common. */
  readonly latencySpread: number;
  /** Stable's median in milliseconds, above 0: what is tolerated in milliseconds is so much of it. */
  readonly latencyMs: number;
}

/** The regression that should not pass: how much worse it is. */
export interface PlannedRegression {
  /** Relative slowness of every request: 0.2 is 20% slower; 0 for none. */
  readonly latency: number;
  /** The canary's share of requests that fail; the error rate of the traffic for none. */
  readonly errorRate: number;
  /** Total variation between the arms' predictions, 0 to 1; 0 for none. */
  readonly drift: number;
}

/** What a question is asked about. */
export interface Situation {
  readonly traffic: PlannedTraffic;
  readonly regression: PlannedRegression;
  readonly settings: JudgeSettings;
}

/** The chance that a question is decided after so many requests; or why it never is, in words. */
export type Prospect = ((requests: number, design: Design) => number) | string;

/** What a check may find, and what it may exclude. */
export interface Prospects {
  readonly find: Prospect;
  readonly exclude: Prospect;
}

/** A tail as it is asked about: latencies beyond `factor` times the quantile that 1 − `beyond` has. */
export interface PlannedTail {
  readonly asked: LatencyTolerance | null;
  readonly beyond: number;
  readonly factor: number;
  readonly grid: readonly number[];
}

/** Engine A on the logarithm of the latency. */
export function plannedMean(
  { tolerance, gate }: LatencyTolerance,
  { traffic, regression, settings: { tau, latencyToleranceMs } }: Situation,
): Prospects {
  const { latencySpread: spread, latencyMs } = traffic;
  const marginOf = (relative: number): number =>
    logMargin(relative, latencyToleranceMs, Math.log(latencyMs));
  const effect = Math.log1p(regression.latency);
  const harm = { spread, effect, margin: marginOf(tolerance), direction: Direction.Above, tau };
  return {
    find:
      effect <= harm.margin
        ? sayTolerated(harm.margin)
        : (requests, design) => powerOfMean(requests, harm, design),
    exclude:
      gate === null
        ? noGate
        : (requests, design) =>
            powerOfMean(
              requests,
              { spread, effect: 0, margin: marginOf(gate), direction: Direction.Below, tau },
              design,
            ),
  };
}

/**
 * Engine B on slow requests, of a lognormal latency. A request of the canary is slow when its latency
 * divided by 1 + margin is.
 */
export function plannedTail(
  { beyond, factor, grid }: PlannedTail,
  { tolerance, gate }: LatencyTolerance,
  { traffic, regression, settings: { latencyToleranceMs } }: Situation,
): Prospects {
  const { latencySpread: spread, latencyMs } = traffic;
  // In standard deviations of the logarithm above the median.
  const limit = normalQuantile(1 - beyond) + Math.log(factor) / spread;
  const marginOf = (relative: number): number =>
    logMargin(relative, latencyToleranceMs, Math.log(latencyMs) + spread * limit);
  const slowShare = (shift: number): number => normalCdf(shift / spread - limit);
  const effect = Math.log1p(regression.latency);
  const margin = marginOf(tolerance);
  return {
    find:
      effect <= margin
        ? sayTolerated(margin)
        : ofRates(slowShare(0), slowShare(effect - margin), harmOfEvents(1, null, grid)),
    exclude:
      gate === null
        ? noGate
        : ofRates(slowShare(0), slowShare(-marginOf(gate)), safetyOfEvents(1, null)),
  };
}

/** Engine B on two rates. */
export function ofRates(
  stableRate: number,
  canaryRate: number,
  logE: ReturnType<typeof harmOfEvents>,
): Prospect {
  // Less than once in a billion requests: nothing can be counted.
  if (Math.max(stableRate, canaryRate) < 1e-9) return 'so slow a request hardly ever occurs';
  return (requests, design) => powerOfEvents(requests, { stableRate, canaryRate, logE }, design);
}

/** Engine A on a share, which is known best at the ends and least at ½: with that, it takes the most. */
export function ofShare(
  effect: number,
  margin: number,
  direction: Direction,
  tau: number,
): Prospect {
  return (requests, design) =>
    powerOfMean(requests, { spread: 0.5, effect, margin, direction, tau }, design);
}

/** Why a check excludes nothing that is asked only whether the canary harms. */
export const noGate = 'it holds no promotion up';

function sayTolerated(margin: number): string {
  return `up to ${sayPercent(Math.expm1(margin))} slower is tolerated`;
}
