import { canaryShareOfEvents } from './odds-evidence.js';
import { requireBetween, requireEventStep, requireFinite, requireWithin } from './require.js';

/** How strongly, and at which value, over-dispersion is presumed before it can be measured. */
export const priorBuckets = 5;
export const priorOverdispersion = 2;

/** What over-dispersion of events needs of each step. */
export interface EventDispersion {
  readonly share: number;
  readonly canaryEvents: number;
  readonly stableEvents: number;
  /** Σ x²/(x + s) over the buckets with events. */
  readonly squares: number;
  /** How many buckets had events. */
  readonly buckets: number;
}

/**
 * The measured over-dispersion, drawn towards the presumed one while buckets are few:
 * φ = max(1, (measured + ν₀φ₀)/(freedom + ν₀)).
 * @param measured a sum of squares with `freedom` as its expectation when there is none
 */
export function shrunkOverdispersion(measured: number, freedom: number): number {
  requireFinite(measured, 'a sum of squares');
  requireWithin(freedom, 0, Number.MAX_VALUE, 'degrees of freedom');
  return Math.max(1, (measured + priorBuckets * priorOverdispersion) / (freedom + priorBuckets));
}

/**
 * The rate ratio as seen, ½ event added to each arm:
 * R̂ = (Σ X/π + 0.5/π₁)/(Σ S/(1−π) + 0.5/(1−π₁)).
 * @returns 1 without steps
 */
export function estimatedRateRatio(steps: readonly EventDispersion[]): number {
  for (const step of steps) requireEventStep(step);
  const first = steps[0];
  if (first === undefined) return 1;
  let canary = 0.5 / first.share;
  let stable = 0.5 / (1 - first.share);
  for (const step of steps) {
    canary += step.canaryEvents / step.share;
    stable += step.stableEvents / (1 - step.share);
  }
  return canary / stable;
}

/**
 * Over-dispersion of events between buckets: Pearson's statistic of the canary's part of the events
 * in each bucket, from running sums only: Q = Σ_steps (A − 2θ̂X + θ̂²(X+S))/(θ̂(1−θ̂)) with
 * θ̂ = θ(π, R̂).
 */
export function eventOverdispersion(steps: readonly EventDispersion[], ratio: number): number {
  requireBetween(ratio, 0, Infinity, 'a ratio of rates');
  let measured = 0;
  let buckets = 0;
  for (const step of steps) {
    requireEventStep(step);
    requireFinite(step.squares, 'a sum of squares');
    requireWithin(step.buckets, 0, Number.MAX_VALUE, 'buckets');
    const theta = canaryShareOfEvents(step.share, ratio);
    const events = step.canaryEvents + step.stableEvents;
    measured +=
      (step.squares - 2 * theta * step.canaryEvents + theta * theta * events) /
      (theta * (1 - theta));
    buckets += step.buckets;
  }
  return shrunkOverdispersion(measured, Math.max(buckets - 1, 0));
}
