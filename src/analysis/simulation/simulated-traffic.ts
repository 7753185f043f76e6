import { Random } from '../../stats/random.js';
import type { Scenario } from './scenario.js';

/** Median latency in milliseconds and spread of its logarithm; 1% are ten times as slow. */
const medianLog = Math.log(20);
const spread = 0.5;
const outliers = 0.01;
const outlierSlowness = 10;
/** The p98 of that mixture: what lies above it three times as slow makes the p99 ×3 exactly. */
const p98Ms = 63.83;
/** How many requests one day has. */
const day = 20_000;

/** One simulated request. */
export interface SimulatedRequest {
  isCanary: boolean;
  latencyMs: number;
  failed: boolean;
}

/** A stream of requests that behave as a scenario says; the same seed gives the same stream. */
export class SimulatedTraffic {
  readonly #random: Random;
  readonly #scenario: Scenario;
  readonly #last = { stable: 0, canary: 0 };
  readonly #runLeft = { stable: 0, canary: 0 };
  readonly #request: SimulatedRequest = { isCanary: false, latencyMs: 0, failed: false };
  #count = 0;

  constructor(scenario: Scenario, seed: number) {
    this.#scenario = scenario;
    this.#random = new Random(seed);
    this.#last.stable = this.#random.normal();
    this.#last.canary = this.#random.normal();
  }

  /** The next request; the same object every time. */
  next(canaryShare: number): SimulatedRequest {
    const scenario = this.#scenario;
    const request = this.#request;
    const isCanary = this.#random.happens(canaryShare);
    const wave = scenario.load ? Math.sin((2 * Math.PI * this.#count) / day) : 0;
    const level = (1 + 0.3 * wave) * this.#drift();
    this.#count += 1;
    let latencyMs = Math.exp(medianLog + spread * this.#noise(isCanary)) * level;
    if (this.#random.happens(outliers)) latencyMs *= outlierSlowness;
    if (isCanary && latencyMs > p98Ms) latencyMs *= scenario.tailFactor;
    request.isCanary = isCanary;
    request.latencyMs = latencyMs * (isCanary ? scenario.latencyFactor : 1);
    // Three times as many at the peak, a third in the trough.
    const rate = isCanary ? scenario.canaryErrors : scenario.stableErrors;
    request.failed = this.#fails(isCanary, rate * 3 ** wave);
    return request;
  }

  #drift(): number {
    const { factor, from, until } = this.#scenario.drift;
    return factor ** Math.min(1, Math.max(0, (this.#count - from) / (until - from)));
  }

  #noise(isCanary: boolean): number {
    const { autocorrelation } = this.#scenario;
    const fresh = this.#random.normal();
    if (autocorrelation === 0) return fresh;
    const arm = isCanary ? 'canary' : 'stable';
    this.#last[arm] =
      autocorrelation * this.#last[arm] + Math.sqrt(1 - autocorrelation ** 2) * fresh;
    return this.#last[arm];
  }

  /** Runs of failures begin so rarely that the rate stays what it is. */
  #fails(isCanary: boolean, rate: number): boolean {
    const { errorRun } = this.#scenario;
    if (errorRun === 1) return this.#random.happens(rate);
    const arm = isCanary ? 'canary' : 'stable';
    if (this.#runLeft[arm] > 0) {
      this.#runLeft[arm] -= 1;
      return true;
    }
    if (!this.#random.happens(rate / errorRun)) return false;
    while (this.#random.happens(1 - 1 / errorRun)) this.#runLeft[arm] += 1;
    return true;
  }
}
