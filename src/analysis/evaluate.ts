import type { Evidence } from '../domain/evidence.js';
import type { MissingGate, SplitSeen } from '../domain/verdict.js';
import { combineEvidence, progressOfEvidence } from '../stats/combine.js';
import { requestsOf, type Check, type CheckInput } from './check-input.js';
import { agreementCheck } from './checks/agreement.js';
import { errorsCheck, timeoutsCheck } from './checks/failures.js';
import { feedbackCheck } from './checks/feedback.js';
import { latencyMeanCheck } from './checks/latency-mean.js';
import { latencyP95Check, latencyP99Check, latencyTwiceP99Check } from './checks/latency-tails.js';
import { predictionsCheck } from './checks/predictions.js';

/** All checks in the order in which people read them. */
const allChecks: readonly Check[] = [
  errorsCheck,
  timeoutsCheck,
  latencyMeanCheck,
  latencyP95Check,
  latencyP99Check,
  latencyTwiceP99Check,
  predictionsCheck,
  agreementCheck,
  feedbackCheck,
];

/** What follows from the closed buckets alone; it does not change until another one closes. */
export interface Evaluation {
  readonly evidence: readonly Evidence[];
  /** ln Σ w E of harm. */
  readonly harmLogE: number;
  /** Some check has harm ln E ≥ ½ ln(1/α). */
  readonly leansToHarm: boolean;
  readonly missing: readonly MissingGate[];
  /** Every gate has E ≥ 1/α; false where there is none. */
  readonly gatesPassed: boolean;
  /** The least of the gates' progress, 0 to 1. */
  readonly gateProgress: number;
  readonly split: SplitSeen;
}

/** Asks all checks and joins their answers. Pure: the same sums give the same answer. */
export function evaluate(input: CheckInput): Evaluation {
  const { alpha } = input.settings;
  const evidence = allChecks.flatMap((check) => check(input) ?? []);
  const gates = evidence.flatMap(({ check, safeLogE }) =>
    safeLogE === undefined ? [] : [{ check, safeLogE }],
  );
  const { stable, canary } = requestsOf(input.steps);
  const missing = gates
    .filter(({ safeLogE }) => safeLogE < -Math.log(alpha))
    .map(({ check, safeLogE }) => ({
      check,
      progress: progressOfEvidence(safeLogE, alpha),
      ...projection(safeLogE, alpha, stable + canary),
    }))
    .sort((a, b) => a.progress - b.progress);
  return {
    evidence,
    harmLogE: combineEvidence(evidence.map(({ weight, harmLogE }) => ({ weight, logE: harmLogE }))),
    leansToHarm: evidence.some(({ harmLogE }) => harmLogE >= -Math.log(alpha) / 2),
    missing,
    gatesPassed: gates.length > 0 && missing.length === 0,
    gateProgress:
      gates.length === 0
        ? 0
        : Math.min(...gates.map(({ safeLogE }) => progressOfEvidence(safeLogE, alpha))),
    split: input.split,
  };
}

/**
 * The requests still needed, were evidence to grow as it did: now · ln(1/α)/ln E − now. Below a
 * tenth of the way that is a guess into the blue, and left out.
 */
function projection(
  safeLogE: number,
  alpha: number,
  requests: number,
): { requestsNeeded?: number } {
  if (progressOfEvidence(safeLogE, alpha) < 0.1) return {};
  return { requestsNeeded: Math.ceil((requests * -Math.log(alpha)) / safeLogE - requests) };
}
