import { bettingLogE } from './betting-difference.js';
import { Direction, halfNormalRadius } from './half-normal-mixture.js';
import { logMeanExp } from './log-sum-exp.js';
import { normalCdf } from './normal.js';
import { harmGrid, oddsLogE, safeGrid, type EventStep } from './odds-evidence.js';
import { shrunkOverdispersion } from './overdispersion.js';
import { requireBetween, requireFinite, requireWithin } from './require.js';

/** A comparison that is still to come. */
export interface Design {
  /** The canary's part of the requests, between 0 and 1. */
  readonly share: number;
  /** ln E at which it is decided: ln(1/α), and more where the check has only a part of α. */
  readonly threshold: number;
  /** Requests of both arms in one bucket. */
  readonly requestsPerBucket: number;
}

/** What is to be shown about a mean, on the scale of the estimate. */
export interface MeanQuestion {
  /** Standard deviation of one value. */
  readonly spread: number;
  /** The true difference, canary minus stable. */
  readonly effect: number;
  readonly margin: number;
  readonly direction: Direction;
  readonly tau: number;
}

/** What is to be shown about rates of events. */
export interface EventQuestion {
  readonly stableRate: number;
  readonly canaryRate: number;
  /** ln E of the evidence that is gathered, for these counts and this φ. */
  readonly logE: (step: EventStep, overdispersion: number) => number;
}

/**
 * The chance that Engine A has decided after so many requests. With Δ̂ ~ N(Δ, 1/I) its evidence
 * passes the threshold where Δ̂ lies beyond the margin by the radius of that threshold, so the chance
 * is Φ((±(Δ − m) − r)√I). It counts the end only; the judge looks all the way, and is done a little
 * earlier.
 * @throws SerinError `invalid-statistics-input`
 */
export function powerOfMean(requests: number, question: MeanQuestion, design: Design): number {
  const { share, threshold, requestsPerBucket } = design;
  const { spread, effect, margin, direction, tau } = question;
  requireDesign(requests, design);
  requireBetween(spread, 0, Infinity, 'a spread');
  requireFinite(effect - margin, 'an effect beyond the margin');
  if (requests < 3 * requestsPerBucket || requests * share < 30) return 0;
  const information =
    (requests * share * (1 - share)) /
    (spread * spread * expectedOverdispersion(requests / requestsPerBucket));
  const radius = halfNormalRadius(information, Math.exp(-threshold), tau);
  return normalCdf((direction * (effect - margin) - radius) * Math.sqrt(information));
}

/**
 * The chance that Engine B has decided after so many requests: events are Poisson, and ln E is taken
 * to be normal around its value at the expected counts (delta method).
 * @throws SerinError `invalid-statistics-input`
 */
export function powerOfEvents(requests: number, question: EventQuestion, design: Design): number {
  const { share, threshold, requestsPerBucket } = design;
  requireDesign(requests, design);
  const canaryEvents = requests * share * question.canaryRate;
  const stableEvents = requests * (1 - share) * question.stableRate;
  const overdispersion = expectedOverdispersion(
    Math.min(requests / requestsPerBucket, canaryEvents + stableEvents),
  );
  const logE = (canary: number, stable: number): number =>
    question.logE({ share, requests, canaryEvents: canary, stableEvents: stable }, overdispersion);
  const middle = logE(canaryEvents, stableEvents);
  // One standard deviation of the counts up and down, both ways.
  const changeOf = (change: (by: number) => number, by: number): number =>
    (change(by) - change(-by)) / 2;
  const byCanary = changeOf(
    (by) => logE(Math.max(0, canaryEvents + by), stableEvents),
    Math.sqrt(canaryEvents),
  );
  const byStable = changeOf(
    (by) => logE(canaryEvents, Math.max(0, stableEvents + by)),
    Math.sqrt(stableEvents),
  );
  const deviation = Math.hypot(byCanary, byStable);
  if (deviation === 0) return middle >= threshold ? 1 : 0;
  return normalCdf((middle - threshold) / deviation);
}

function requireDesign(requests: number, { share, threshold, requestsPerBucket }: Design): void {
  requireWithin(requests, 0, Number.MAX_VALUE, 'requests');
  requireBetween(share, 0, 1, "the canary's share");
  requireFinite(threshold, 'a threshold of evidence');
  requireWithin(requestsPerBucket, 1, Number.MAX_VALUE, 'requests of a bucket');
}

/** Evidence of harm by events: more than both the ratio and the difference. */
export function harmOfEvents(
  ratio: number,
  difference: number | null,
  grid = harmGrid as readonly number[],
) {
  return (step: EventStep, overdispersion: number): number =>
    Math.min(
      oddsLogE([step], ratio, grid, overdispersion),
      difference === null
        ? Infinity
        : bettingLogE([step], difference, Direction.Above, overdispersion),
    );
}

/** Evidence of safety by events: less than the ratio, or than the difference where there is one. */
export function safetyOfEvents(ratio: number, difference: number | null) {
  return (step: EventStep, overdispersion: number): number => {
    const byRatio = oddsLogE([step], ratio, safeGrid, overdispersion);
    if (difference === null) return byRatio;
    return logMeanExp([byRatio, bettingLogE([step], difference, Direction.Below, overdispersion)]);
  };
}

/** Beyond this many requests a question counts as never answered. */
export const mostRequests = 1e9;

/**
 * The fewest requests with which a chance is reached.
 * @param powerAt the chance after so many requests; it may only rise
 * @returns Infinity beyond a billion requests
 * @throws SerinError `invalid-statistics-input` for a power outside 0 to 1
 */
export function requestsForPower(powerAt: (requests: number) => number, power: number): number {
  requireWithin(power, 0, 1, 'a power');
  let high = 64;
  while (powerAt(high) < power) {
    high *= 2;
    if (high > mostRequests) return Infinity;
  }
  let low = high / 2;
  while (high - low > Math.max(1, high * 1e-4)) {
    const middle = (low + high) / 2;
    if (powerAt(middle) < power) low = middle;
    else high = middle;
  }
  return Math.ceil(high);
}

/** φ of requests that do not lean on each other: it falls from 2 to 1 as buckets close. */
function expectedOverdispersion(buckets: number): number {
  const freedom = Math.max(0, buckets - 1);
  return shrunkOverdispersion(freedom, freedom);
}
