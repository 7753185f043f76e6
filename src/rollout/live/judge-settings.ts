import { defaultOptionalChecks } from '../../analysis/judge-settings.js';
import type { PartialJudgeSettings } from '../../analysis/read-judge-settings.js';
import { FeedbackMeasure } from '../../domain/feedback.js';
import { RouterKind, type CheckSettings, type Strategy } from '../strategy/strategy.js';
import { bucketsOf } from './judge-buckets.js';

/**
 * How the judge judges by a strategy. What must be excluded before promotion (a check's gate) is
 * twice its tolerance for the mean, two and a half times for the p95 and four times for the p99, as
 * the judge's own defaults are: so much is needed for a harmless canary to pass in time. For the same
 * reason no gate of latency or errors is below a least one, however little is tolerated.
 */
export function judgeSettingsOf({ checks, steps, router }: Strategy): PartialJudgeSettings {
  const { alpha, errors, timeouts, agreement } = checks;
  const { predictions, feedback } = router === RouterKind.Nginx ? withoutBodies(checks) : checks;
  const hasShadow = steps.some(({ kind }) => kind === 'shadow');
  return {
    alpha,
    ...bucketsOf({ steps }),
    checks: {
      ...latencyChecks(checks.latency),
      ...(errors === 'off'
        ? { errors: null }
        : errors.tolerance === undefined
          ? {}
          : { errors: errorTolerance(errors.tolerance) }),
      ...(predictions === 'off'
        ? { predictions: null }
        : predictions.drift === undefined
          ? {}
          : { predictions: { tolerance: predictions.drift } }),
      ...(agreement === 'off' || !hasShadow
        ? {}
        : {
            agreement:
              agreement.min === undefined ? {} : { disagreement: disagreementOf(agreement.min) },
          }),
      ...(timeouts === undefined || timeouts === 'off'
        ? {}
        : { timeouts: timeoutTolerance(timeouts) }),
      ...feedbackCheck(feedback, router),
    },
  };
}

/**
 * NGINX tells of no body: nothing is known of predictions, and feedback, where it is asked for, is
 * a score (somebody else has compared the answer with the truth).
 */
function withoutBodies({
  feedback,
}: CheckSettings): Pick<CheckSettings, 'predictions' | 'feedback'> {
  const isAskedFor = feedback !== 'off' && isNamed(feedback);
  return { predictions: 'off', feedback: isAskedFor ? feedback : 'off' };
}

/**
 * Three quarters of the judge's own. With no tolerance at all 21 of 25 harmless canaries passed them
 * in simulated rollouts of at most 30,000 requests, 11 passed the half, 2 a quarter, and none 0.
 */
const leastGates = { mean: 0.075, p95: 0.1875, p99: 0.75 };

function latencyChecks(latency: CheckSettings['latency']): PartialJudgeSettings['checks'] {
  if (latency === 'off') {
    return { latencyMean: null, latencyP95: null, latencyP99: null, latencyTwiceP99: null };
  }
  const { tolerance, p95 = tolerance, p99 = tolerance } = latency;
  return {
    ...(tolerance === undefined
      ? {}
      : { latencyMean: { tolerance, gate: Math.max(leastGates.mean, 2 * tolerance) } }),
    ...(p95 === undefined
      ? {}
      : { latencyP95: { tolerance: p95, gate: Math.max(leastGates.p95, 2.5 * p95) } }),
    ...(p99 === undefined
      ? {}
      : {
          latencyP99: { tolerance: p99, gate: Math.max(leastGates.p99, 4 * p99) },
          latencyTwiceP99: { tolerance: p99 },
        }),
  };
}

type Feedback = Exclude<CheckSettings['feedback'], 'off'>;

/** A file that says nothing of feedback leaves it to what a server asks anyway. */
function feedbackCheck(
  feedback: CheckSettings['feedback'],
  router: RouterKind,
): PartialJudgeSettings['checks'] {
  if (feedback === 'off') return { feedback: null };
  if (!isNamed(feedback)) return {};
  const { measure, tolerance = defaultOptionalChecks.feedback.tolerance, gate } = feedback;
  return {
    feedback: {
      ...(measure === undefined ? measureOf(router) : { measure }),
      tolerance,
      gate: gate === true ? 2 * tolerance : null,
    },
  };
}

function isNamed(feedback: Feedback): boolean {
  return Object.keys(feedback).length > 0;
}

function measureOf(router: RouterKind): { readonly measure?: 'score' } {
  return router === RouterKind.Nginx ? { measure: FeedbackMeasure.Score } : {};
}

function timeoutTolerance({
  tolerance,
  gate = false,
}: Exclude<NonNullable<CheckSettings['timeouts']>, 'off'>) {
  const asErrors = errorTolerance(tolerance ?? defaultOptionalChecks.timeouts.difference);
  return { ...asErrors, gate: gate ? asErrors.gate : null };
}

/** In percentage points, as a share; the ratio that is tolerated as well stays the judge's own. */
function errorTolerance(tolerance: number) {
  return {
    difference: tolerance,
    gate: { ratio: 1.5, difference: Math.min(0.5, Math.max(0.005, 2 * tolerance)) },
  };
}

/** The evidence needs a share inside 0 to 1: who tolerates none tolerates one in a million. */
function disagreementOf(min: number): number {
  return Math.min(0.999999, Math.max(1e-6, 1 - min));
}
