import { bettingLogEFromEachStep } from '../stats/betting-difference.js';
import { Direction } from '../stats/half-normal-mixture.js';
import { logMeanExp } from '../stats/log-sum-exp.js';
import { harmGrid, oddsLogEFromEachStep, safeGrid } from '../stats/odds-evidence.js';
import { estimatedRateRatio, eventOverdispersion } from '../stats/overdispersion.js';
import { restartMixture } from '../stats/restart-mixture.js';

/** What Engine B keeps of one step, six numbers; the names are those of the formulas' X, S and A. */
export interface EventSums {
  share: number;
  requests: number;
  canaryEvents: number;
  stableEvents: number;
  /** Σ x²/(x + s) over the buckets with events. */
  squares: number;
  /** How many buckets had events. */
  buckets: number;
}

/** The sums of a step without a bucket; π is the canary's share of the traffic. */
export function noEventSums(share: number): EventSums {
  return { share, requests: 0, canaryEvents: 0, stableEvents: 0, squares: 0, buckets: 0 };
}

/** Adds one closed bucket, in place. */
export function addEventBucket(
  sums: EventSums,
  canaryEvents: number,
  stableEvents: number,
  requests: number,
): void {
  sums.requests += requests;
  const events = canaryEvents + stableEvents;
  if (events === 0) return;
  sums.canaryEvents += canaryEvents;
  sums.stableEvents += stableEvents;
  sums.squares += (canaryEvents * canaryEvents) / events;
  sums.buckets += 1;
}

/** The rate ratio as seen, and φ around it. */
export function dispersionOf(
  steps: readonly EventSums[],
  leastOverdispersion = 1,
): { ratio: number; overdispersion: number } {
  const ratio = estimatedRateRatio(steps);
  return {
    ratio,
    overdispersion: Math.max(leastOverdispersion, eventOverdispersion(steps, ratio)),
  };
}

/** ln E that the canary's rate exceeds `ratio` times stable's, restarted at every step. */
export function harmOfRatio(
  steps: readonly EventSums[],
  ratio: number,
  overdispersion: number,
  grid: readonly number[] = harmGrid,
): number {
  return restartMixture(oddsLogEFromEachStep(steps, ratio, grid, overdispersion));
}

/** ln E that the canary's rate exceeds stable's by more than the difference, restarted likewise. */
export function harmOfDifference(
  steps: readonly EventSums[],
  difference: number,
  overdispersion: number,
): number {
  return restartMixture(
    bettingLogEFromEachStep(steps, difference, Direction.Above, overdispersion),
  );
}

/** ln E that the canary's rate is below `ratio` times stable's, over all steps. */
export function safetyOfRatio(
  steps: readonly EventSums[],
  ratio: number,
  overdispersion: number,
): number {
  return oddsLogEFromEachStep(steps, ratio, safeGrid, overdispersion)[0] ?? 0;
}

/**
 * ln E that the canary's rate is below `ratio` times stable's *or* less than the difference above
 * it: the mean of the two is evidence against exceeding both.
 */
export function safetyOfEither(
  steps: readonly EventSums[],
  ratio: number,
  difference: number,
  overdispersion: number,
): number {
  const [byBetting] = bettingLogEFromEachStep(steps, difference, Direction.Below, overdispersion);
  return logMeanExp([safetyOfRatio(steps, ratio, overdispersion), byBetting ?? 0]);
}
