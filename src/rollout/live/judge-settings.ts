import { defaultLatencyChecks, defaultOptionalChecks } from '../../analysis/judge-settings.js';
import type { PartialJudgeSettings } from '../../analysis/read-judge-settings.js';
import { FeedbackMeasure } from '../../domain/feedback.js';
import { RouterKind, type CheckSettings, type Strategy } from '../strategy/strategy.js';
import { bucketsOf } from './judge-buckets.js';

/** How the judge judges by a strategy. */
export function judgeSettingsOf(strategy: Strategy): PartialJudgeSettings {
  const { checks, steps, router, judging } = strategy;
  // Whoever opens a judge by them reads them first, and refuses what is none.
  if (judging !== undefined) return judging;
  const { alpha, errors, timeouts } = checks;
  const { predictions, agreement, feedback } =
    router === RouterKind.Nginx ? withoutBodies(checks) : checks;
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
 * NGINX tells of no body: nothing is known of predictions, or of whether the answers to a copy and its
 * request agree; and feedback, where it is asked for, is a score (somebody else has compared the answer
 * with the truth).
 */
function withoutBodies({
  feedback,
}: CheckSettings): Pick<CheckSettings, 'predictions' | 'agreement' | 'feedback'> {
  const isAskedFor = feedback !== 'off' && isNamed(feedback);
  return { predictions: 'off', agreement: 'off', feedback: isAskedFor ? feedback : 'off' };
}

function latencyChecks(latency: CheckSettings['latency']): PartialJudgeSettings['checks'] {
  if (latency === 'off') {
    return { latencyMean: null, latencyP95: null, latencyP99: null, latencyTwiceP99: null };
  }
  const { tolerance, p95 = tolerance, p99 = tolerance } = latency;
  const { latencyMean, latencyP95, latencyP99 } = defaultLatencyChecks;
  return {
    ...(tolerance === undefined ? {} : { latencyMean: withGate(tolerance, latencyMean) }),
    ...(p95 === undefined ? {} : { latencyP95: withGate(p95, latencyP95) }),
    ...(p99 === undefined
      ? {}
      : { latencyP99: withGate(p99, latencyP99), latencyTwiceP99: { tolerance: p99 } }),
  };
}

/**
 * What must be excluded before promotion is what STATISTICS.md says, also for those who tolerate less
 * than it does: a gate near 0 is one that a harmless canary hardly ever passes, and what lies between
 * such a tolerance and the gate is left to the evidence of harm, which comes the sooner (docs/reference/
 * judge.md has the numbers). Those who tolerate more get a gate that grows in the same proportion, so
 * that it always lies beyond what is tolerated.
 */
function withGate(tolerance: number, usual: { readonly tolerance: number; readonly gate: number }) {
  return { tolerance, gate: usual.gate * Math.max(1, tolerance / usual.tolerance) };
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
