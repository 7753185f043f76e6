/** Count, mean and Σ(x − mean)² of a sample. */
export interface MomentsSummary {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

/** Counts of neighbouring bins of a sketch; the first belongs to the key `offset`. */
export interface SketchBins {
  readonly offset: number;
  readonly counts: readonly number[];
}

/** A quantile sketch (DDSketch, 1%): at most about 6 KB, whatever it has seen. */
export interface SketchSummary {
  readonly version: 1;
  readonly positive: SketchBins;
  readonly negative: SketchBins;
  readonly zeros: number;
  /** Absent while the sketch is empty. */
  readonly smallest?: number;
  readonly largest?: number;
}

/** Sums over one hash group of users, for sticky routing; one number a group in each list. */
export interface GroupSummary {
  readonly requests: readonly number[];
  readonly logLatency: readonly number[];
  readonly errors: readonly number[];
  readonly slow: readonly number[];
  readonly predicted: readonly number[];
  readonly unusual: readonly number[];
}

/** How many predictions were of each class, or fell into each cell of the scores. */
export interface PredictionSummary {
  /** Predictions of either kind. */
  readonly predicted: number;
  /** Those that the canary was giving too often before this bucket. */
  readonly unusual: number;
  /** One count a class of the frame, in its order. */
  readonly known: readonly number[];
  /** Classes that the frame does not know yet, at most 64. */
  readonly unknown: Readonly<Record<string, number>>;
  /** What did not fit into `unknown`. */
  readonly other: number;
  /** One count a cell between the frame's score edges. */
  readonly cells: readonly number[];
  readonly scores: SketchSummary;
}

/** Everything that one bucket keeps of one arm's requests, however many there were. */
export interface ArmSummary {
  readonly requests: number;
  /** When the last answer was there; absent without requests, and in what an older Serin saved. */
  readonly lastAtMs?: number;
  /** Time-outs count here, too. */
  readonly errors: number;
  readonly timeouts: number;
  /** Of the natural logarithm of the latency in milliseconds. */
  readonly logLatency: MomentsSummary;
  /** Of the latency in milliseconds. */
  readonly latency: SketchSummary;
  /** Requests above each tail threshold of the frame. */
  readonly slow: readonly number[];
  readonly predictions: PredictionSummary;
  /** Absent where routing is not sticky. */
  readonly groups?: GroupSummary;
}

/**
 * What counts as what while a bucket is open. It comes from earlier buckets only, so that nothing
 * in a bucket decides how that bucket is counted; two collectors' buckets are merged only when they
 * counted alike.
 */
export interface FrameSummary {
  readonly openedAtMs: number;
  /** Logarithms of the latency above which a request is slow, for each tail question. */
  readonly slowStable?: readonly number[];
  readonly slowCanary?: readonly number[];
  /** Classes in the order of `known`. */
  readonly classes: readonly string[];
  /** Whether the canary gave each class, and last any other, too often before. */
  readonly unusualClasses?: readonly boolean[];
  readonly scoreEdges?: readonly number[];
  readonly unusualCells?: readonly boolean[];
  readonly latencyFloorMs: number;
  readonly sticky: boolean;
}

/** One bucket of time in which both arms served: mergeable, serialisable, versioned. */
export interface BucketSummary {
  readonly version: 1;
  readonly frame: FrameSummary;
  readonly stable: ArmSummary;
  readonly canary: ArmSummary;
}
