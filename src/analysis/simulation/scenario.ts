import type { PartialJudgeSettings } from '../read-judge-settings.js';

/** How simulated requests behave; what is left out of a scenario is the same for both arms. */
export interface Scenario {
  readonly name: string;
  /** Every latency of the canary, times this. */
  readonly latencyFactor: number;
  /** The slowest 2% of the canary's latencies, times this: the p99 by as much, the p95 not at all. */
  readonly tailFactor: number;
  /** Share of requests that fail: 0 to 1. */
  readonly stableErrors: number;
  readonly canaryErrors: number;
  /** Latency ±30% and errors ×3 to ÷3 in the course of a day. */
  readonly load: boolean;
  /** Between two requests, counted from the first, every latency moves to `factor` times itself. */
  readonly drift: { readonly factor: number; readonly from: number; readonly until: number };
  /** Correlation of neighbouring log latencies of one arm: AR(1). */
  readonly autocorrelation: number;
  /** Errors of one arm come in runs of this many on average; 1: each on its own. */
  readonly errorRun: number;
}

const harmless: Scenario = {
  name: 'A/A',
  latencyFactor: 1,
  tailFactor: 1,
  stableErrors: 0.005,
  canaryErrors: 0.005,
  load: false,
  drift: { factor: 1, from: 0, until: 1 },
  autocorrelation: 0,
  errorRun: 1,
};

/** The scenarios of STATISTICS, "What a right implementation shows", in its order. */
export const scenarios: readonly Scenario[] = [
  harmless,
  { ...harmless, name: 'A/A, load ±30% over the day, errors ×3 at peak', load: true },
  { ...harmless, name: 'A/A, autocorrelated per arm (AR(1) 0.5)', autocorrelation: 0.5 },
  { ...harmless, name: 'A/A, bursts of errors', errorRun: 1.65 },
  { ...harmless, name: 'latency +5%', latencyFactor: 1.05 },
  { ...harmless, name: 'latency +10%', latencyFactor: 1.1 },
  { ...harmless, name: 'latency +20%', latencyFactor: 1.2 },
  { ...harmless, name: 'latency ×2', latencyFactor: 2 },
  { ...harmless, name: 'only p99 ×3', tailFactor: 3 },
  { ...harmless, name: 'errors → 1%', canaryErrors: 0.01 },
  { ...harmless, name: 'errors → 2%', canaryErrors: 0.02 },
  { ...harmless, name: 'errors → 5%', canaryErrors: 0.05 },
];

/** A scenario without harm, to be changed. */
export const harmlessScenario = harmless;

/** All tolerances 0: every true difference counts as harm. */
export const strictTolerances: PartialJudgeSettings = {
  checks: {
    errors: { ratio: 1, difference: 0 },
    latencyMean: { tolerance: 0 },
    latencyP95: { tolerance: 0 },
    latencyP99: { tolerance: 0 },
    latencyTwiceP99: { tolerance: 0 },
  },
};
