import { FeedbackMeasure } from '../domain/feedback.js';

/** How much worse the canary may be, by one check; `weight` is its part of alpha. */
interface Weighted {
  /** 0 or more; all weights are scaled down to sum to at most 1. */
  readonly weight: number;
}

/** Errors count as harm only when both the ratio and the difference are exceeded. */
export interface EventTolerance extends Weighted {
  /** Rate of the canary over rate of stable, 1 or more: 1.25 tolerates a quarter more. */
  readonly ratio: number;
  /** Rate of the canary minus rate of stable, 0 to 1: 0.001 tolerates a tenth of a point. */
  readonly difference: number;
  /** What must be excluded before promotion; null: the check holds no promotion up. */
  readonly gate: { readonly ratio: number; readonly difference: number } | null;
}

/** Relative slowness: 0.05 tolerates 5%. */
export interface LatencyTolerance extends Weighted {
  readonly tolerance: number;
  /** What must be excluded before promotion; null: the check holds no promotion up. */
  readonly gate: number | null;
}

/** Total variation of the predictions, 0 to 1; it is the gate's margin, too. */
export interface PredictionTolerance extends Weighted {
  readonly tolerance: number;
  readonly gate: boolean;
  /**
   * Where no answer has a prediction that can be read: true leaves the check out, false has it that
   * nothing can be said, as somebody asked for it.
   */
  readonly onlyWhereReadable: boolean;
}

/** The share of shadow pairs that may disagree, between 0 and 1. */
export interface AgreementTolerance extends Weighted {
  readonly disagreement: number;
  readonly gate: boolean;
}

/** Feedback: the measure says what its values are; of accuracy 1 for right and 0 for wrong. */
export interface FeedbackTolerance extends Weighted {
  readonly measure: FeedbackMeasure;
  /** How much worse, in the measure's unit; of labelled pairs, the odds above 1 (0.25: 1.25). */
  readonly tolerance: number;
  /** What must be excluded before promotion; null: the check holds no promotion up. */
  readonly gate: number | null;
}

/** Which checks the judge asks, and how strictly; null leaves a check out. */
export interface JudgeChecks {
  readonly errors: EventTolerance | null;
  readonly timeouts: EventTolerance | null;
  readonly latencyMean: LatencyTolerance | null;
  readonly latencyP95: LatencyTolerance | null;
  readonly latencyP99: LatencyTolerance | null;
  readonly latencyTwiceP99: LatencyTolerance | null;
  readonly predictions: PredictionTolerance | null;
  readonly agreement: AgreementTolerance | null;
  readonly feedback: FeedbackTolerance | null;
}

/** Everything that the judge is told before it starts; nothing of it changes during a rollout. */
export interface JudgeSettings {
  /** The chance of ever calling a harmless canary harmful, between 0 and 1. */
  readonly alpha: number;
  /** The effect on the logarithm of the latency that the mean is tuned to catch. */
  readonly tau: number;
  readonly checks: JudgeChecks;
  /** Requests of both arms in the last step before promotion. */
  readonly promoteAfterRequests: number;
  /** A bucket closes when both arms have this many requests and it is this old. */
  readonly bucket: { readonly requestsPerArm: number; readonly durationMs: number };
  /** How long a bucket waits for answers to requests that started in it. */
  readonly settleMs: number;
  /** After how long without a request an arm counts as silent. */
  readonly silentAfterMs: number;
  /** Users keep their arm, so that their requests are not independent. */
  readonly sticky: boolean;
  /** Shorter latencies count as this: a clock that shows 0 ms has no logarithm. */
  readonly latencyFloorMs: number;
  /**
   * The least that every tolerance and gate of a latency comes to: a canary is slower only by more
   * than this *and* by more than the tolerance. It rules where stable is fast: 0.25 ms are 5% of 5.
   */
  readonly latencyToleranceMs: number;
}

/** STATISTICS, "Decisions": tolerances and gates of latency, with the weights of its checks. */
export const defaultLatencyChecks = {
  latencyMean: { weight: 0.3, tolerance: 0.05, gate: 0.1 },
  latencyP95: { weight: 0.15, tolerance: 0.1, gate: 0.25 },
  latencyP99: { weight: 0.075, tolerance: 0.25, gate: 1 },
  latencyTwiceP99: { weight: 0.075, tolerance: 0.25, gate: null },
} as const satisfies Partial<JudgeChecks>;

/** STATISTICS, "Decisions". Timeouts, predictions, agreement and feedback are asked for by name. */
export const defaultJudgeSettings: JudgeSettings = {
  alpha: 0.05,
  tau: 0.1,
  checks: {
    errors: {
      weight: 0.4,
      ratio: 1.25,
      difference: 0.001,
      gate: { ratio: 1.5, difference: 0.005 },
    },
    timeouts: null,
    ...defaultLatencyChecks,
    predictions: null,
    agreement: null,
    feedback: null,
  },
  promoteAfterRequests: 2000,
  bucket: { requestsPerArm: 20, durationMs: 5000 },
  settleMs: 1000,
  silentAfterMs: 60_000,
  sticky: false,
  latencyFloorMs: 0.01,
  latencyToleranceMs: 0,
};

/** What a check that is asked for by name takes where it says nothing else. */
export const defaultOptionalChecks = {
  timeouts: { weight: 0.2, ratio: 1.25, difference: 0.001, gate: null },
  predictions: { weight: 0.2, tolerance: 0.05, gate: true, onlyWhereReadable: false },
  agreement: { weight: 0.2, disagreement: 0.05, gate: false },
  feedback: { weight: 0.2, measure: FeedbackMeasure.Accuracy, tolerance: 0.02, gate: null },
} as const satisfies Partial<JudgeChecks>;
