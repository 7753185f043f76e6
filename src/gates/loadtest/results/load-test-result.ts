import type { Verdict } from '../../../domain/verdict.js';
import type { RefusedRows } from '../inputs/made-up-rows.js';
import type { LoadPlan } from '../plan.js';
import type { JudgedThreshold } from '../thresholds/judge-thresholds.js';
import type { ClientDelay } from './client-delay.js';
import type { FailureCount } from './failure-book.js';
import { latenciesOf, percentileCurve, type Latencies } from './latencies.js';
import type { Tally } from './tally.js';
import type { TimelinePoint } from './timeline.js';

/** Requests that were under way when a test was stopped. */
export interface Unanswered {
  readonly count: number;
  /** Since the oldest of them should have started. */
  readonly oldestMs: number;
}

/** What was measured of one target. */
export interface TargetResult {
  readonly name: string;
  /** Requests that were measured, and those of them with a good answer. */
  readonly requests: number;
  readonly good: number;
  /** Requests that had no answer yet when the test was stopped; they are in no other figure. */
  readonly unanswered: Unanswered;
  /** Good answers a second. */
  readonly goodPerSecond: number;
  /** From when a request should have started. */
  readonly latencyMs: Latencies | null;
  /** Of the same: e to the mean of the logarithms, in milliseconds; what the judge compares. */
  readonly geometricMeanMs: number | null;
  /** From when it was really sent. */
  readonly serviceMs: Latencies | null;
  readonly percentileCurve: readonly (readonly [share: number, ms: number])[];
  readonly failures: readonly FailureCount[];
  readonly timeline: readonly TimelinePoint[];
  readonly warmUp: { readonly requests: number; readonly failed: number };
}

/** Everything that a load test found out. */
export interface LoadTestResult {
  readonly plan: LoadPlan;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** Of the measurement, shorter than planned where it was stopped. */
  readonly measuredMs: number;
  /** Why it was stopped before its time. */
  readonly stopped: string | null;
  readonly target: TargetResult;
  /** What it was compared with, in the same run. */
  readonly stable: TargetResult | null;
  /** The judge's, where two targets were compared. */
  readonly verdict: Verdict | null;
  readonly thresholds: readonly JudgedThreshold[];
  readonly client: ClientDelay;
  /** Rows that were made up and not sent, where there were any. */
  readonly rowsRefused?: RefusedRows;
}

/** What a tally says of its target. */
export function targetResult(
  name: string,
  tally: Tally,
  unanswered: Unanswered | undefined,
  seconds: number,
): TargetResult {
  return {
    name,
    requests: tally.requests,
    good: tally.good,
    unanswered: unanswered ?? { count: 0, oldestMs: 0 },
    goodPerSecond: seconds === 0 ? 0 : tally.goodInTime / seconds,
    latencyMs: latenciesOf(tally.latency, tally.latencySum),
    geometricMeanMs: tally.geometricMean ?? null,
    serviceMs: latenciesOf(tally.service, tally.serviceSum),
    percentileCurve: percentileCurve(tally.latency),
    failures: tally.failures.counts(),
    timeline: tally.timeline.points(),
    warmUp: { ...tally.warmUp },
  };
}
