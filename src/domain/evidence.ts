/** What is known: of one check, and of all of them together. */
export const VerdictKind = {
  /** The canary is worse than tolerated. */
  Harm: 'harm',
  /** A harm larger than the gate's margin is excluded. */
  Safe: 'safe',
  Undecided: 'undecided',
  /** Nothing can be said: no traffic, a wrong split, a source that is silent. */
  Unmeasurable: 'unmeasurable',
} as const;
export type VerdictKind = (typeof VerdictKind)[keyof typeof VerdictKind];

/** The questions that the judge keeps asking. */
export const CheckName = {
  Errors: 'errors',
  Timeouts: 'timeouts',
  LatencyMean: 'latency-mean',
  LatencyP95: 'latency-p95',
  LatencyP99: 'latency-p99',
  /** Requests slower than twice stable's p99. */
  LatencyTwiceP99: 'latency-twice-p99',
  Predictions: 'predictions',
  /** Of shadow pairs: the same input, the same answer. */
  Agreement: 'agreement',
  Feedback: 'feedback',
} as const;
export type CheckName = (typeof CheckName)[keyof typeof CheckName];

/** An estimate with its confidence sequence, which holds however often anyone looks. */
export interface Estimate {
  /**
   * What the numbers are: `relative` (0.12: 12% more), `ratio` (1.12 times), `points` (a difference
   * of shares, 0.12: 12 points), `value` (in the unit of the feedback).
   */
  readonly unit: 'relative' | 'ratio' | 'points' | 'value';
  readonly value: number;
  /** Absent where nothing is excluded below, or above. */
  readonly low?: number;
  readonly high?: number;
}

/**
 * Where a check's estimate becomes harm, and where it is safe, in the estimate's unit: among what is
 * `shown`, where that depends on stable's own latency or failures and so moves with the traffic.
 */
export type DecisionLines = { readonly [line in 'harmAbove' | 'safeBelow']?: number };

/** One check's answer now. All logarithms are natural. */
export interface Evidence {
  readonly check: CheckName;
  readonly verdict: VerdictKind;
  /** ln E against "the canary is not worse than tolerated". */
  readonly harmLogE: number;
  /** ln E against "the canary is worse by the gate's margin"; absent where the check is no gate. */
  readonly safeLogE?: number;
  /** The check's part of alpha, 0 to 1. */
  readonly weight: number;
  readonly estimate?: Estimate;
  readonly samples: { readonly stable: number; readonly canary: number };
  /** φ: the sample counts as samples/φ. */
  readonly overdispersion: number;
  /** Users keep their arm, so that the variance rests on 50 groups of them. */
  readonly approximate: boolean;
  /** Numbers that are shown and never acted on, by name. */
  readonly shown: Readonly<Record<string, number>>;
  /** The same for people: "canary is 12% slower, between 4% and 21%; evidence 37 : 1 …". */
  readonly sentence: string;
}
