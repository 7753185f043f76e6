import { Outcome } from '../domain/observation.js';
import type { ComparedPair } from '../serving/gateway/shadow-pair.js';
import { addToMoments, noMoments, type Moments } from '../stats/moments.js';
import { PairedMean, type PairedMeanState } from './paired-mean.js';

/** Shorter latencies count as this, as in the judge: what a clock calls 0 ms has no logarithm. */
const floorMs = 0.01;
/** Which of the two failed the same request. */
export interface PairedFailures {
  neither: number;
  onlyStable: number;
  onlyCanary: number;
  both: number;
}

/** How far apart two numbers were: the mean over pairs, and the most. */
export interface Apart {
  readonly moments: Moments;
  largest: number;
}

/** What pairs say beyond agreement, as data. */
export interface PairDifferencesState {
  readonly logLatency: PairedMeanState;
  readonly failures: PairedFailures;
  readonly absolute: Apart;
  readonly relative: Apart;
}

/** The canary's latency over stable's: what is typical of pairs, and what can be relied on. */
export interface LatencyRatio {
  readonly pairs: number;
  /** exp of the mean of ln(canary) − ln(stable): 1.1 is 10% slower. */
  readonly ratio: number;
  /** Bounds that hold at all times with 95%; absent below 500 pairs. */
  readonly low?: number;
  readonly high?: number;
}

/**
 * Compares both answers to the same request: latencies, failures, and numbers. What differs between
 * requests (long inputs, a busy minute) cancels in a pair, so little is needed to see much.
 */
export class PairDifferences {
  readonly #logLatency: PairedMean;
  readonly failures: PairedFailures;
  readonly absolute: Apart;
  readonly relative: Apart;

  constructor(state?: PairDifferencesState) {
    this.#logLatency = new PairedMean(state?.logLatency);
    this.failures = {
      ...(state?.failures ?? { neither: 0, onlyStable: 0, onlyCanary: 0, both: 0 }),
    };
    this.absolute = copyOf(state?.absolute);
    this.relative = copyOf(state?.relative);
  }

  count({ stable, canary, difference }: ComparedPair): void {
    const stableFailed = stable.outcome !== Outcome.Ok;
    const canaryFailed = canary.outcome !== Outcome.Ok;
    if (stableFailed && canaryFailed) this.failures.both += 1;
    else if (stableFailed) this.failures.onlyStable += 1;
    else if (canaryFailed) this.failures.onlyCanary += 1;
    else {
      this.failures.neither += 1;
      // How long a failure took says something of the failure, not of the model.
      this.#logLatency.add(logOf(canary.latencyMs) - logOf(stable.latencyMs));
    }
    if (difference === undefined) return;
    add(this.absolute, difference.absolute);
    add(this.relative, difference.relative);
  }

  /** Undefined before the first pair that both answered. */
  latencyRatio(): LatencyRatio | undefined {
    const { count: pairs, mean } = this.#logLatency;
    if (pairs === 0) return undefined;
    const ratio = Math.exp(mean);
    const radius = this.#logLatency.radius();
    if (radius === undefined) return { pairs, ratio };
    return { pairs, ratio, low: Math.exp(mean - radius), high: Math.exp(mean + radius) };
  }

  toState(): PairDifferencesState {
    const { failures, absolute, relative } = this;
    return { logLatency: this.#logLatency.toState(), failures, absolute, relative };
  }
}

function copyOf({ moments, largest }: Apart = { moments: noMoments(), largest: 0 }): Apart {
  return { moments: { ...moments }, largest };
}

function logOf(latencyMs: number): number {
  return Math.log(Math.max(latencyMs, floorMs));
}

function add(apart: Apart, value: number): void {
  addToMoments(apart.moments, value);
  apart.largest = Math.max(apart.largest, value);
}
