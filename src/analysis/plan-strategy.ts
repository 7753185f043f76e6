import { CheckName } from '../domain/evidence.js';
import { requireBetween, requireWithin } from '../stats/require.js';
import { requestsForPower } from '../stats/sequential-power.js';
import {
  plannedChecks,
  type PlannedCheck,
  type PlannedRegression,
  type PlannedTraffic,
  type PowerAt,
  type Situation,
} from './planned-checks.js';
import { readJudgeSettings, type PartialJudgeSettings } from './read-judge-settings.js';
import { sayCount, sayNumber, sayPercent } from './words.js';

/** One step of the strategy. */
export interface PlannedStep {
  /** Between 0 and 1; a step with all or none of the traffic compares nothing and is left out. */
  readonly share: number;
  /** Until the step is over at the latest, in minutes; null: it may take as long as it needs. */
  readonly maxMinutes: number | null;
}

/** How long one check takes in one step, on its own data alone. */
export interface CheckOutlook {
  readonly check: CheckName;
  /** Requests of both arms until a regression is found; null: not within a billion. */
  readonly find: Duration | null;
  /** Until a harmless canary has passed the gate; absent where the check is no gate. */
  readonly exclude?: Duration | null;
}

/** Requests of both arms, and how long they take. */
export interface Duration {
  readonly requests: number;
  readonly minutes: number;
}

/** What can be expected of one step. */
export interface StepOutlook {
  readonly share: number;
  readonly checks: readonly CheckOutlook[];
  readonly warnings: readonly string[];
}

/**
 * How long each step of a strategy takes to find a regression, or to exclude one, with a given
 * chance. It counts each step's own requests only and the look at the end only, so that a rollout is
 * rather faster than planned; requests are taken to be independent.
 *
 * A lognormal latency is assumed for the tails. The restart mixture gives the k-th step 2^−k of its
 * evidence, so later steps need a little more.
 * @param power the chance of finding, and of excluding, such as 0.8
 * @throws SerinError `invalid-statistics-input`, `invalid-judge-settings`
 */
export function planStrategy(
  traffic: PlannedTraffic,
  regression: PlannedRegression,
  steps: readonly PlannedStep[],
  given: PartialJudgeSettings = {},
  power = 0.8,
): StepOutlook[] {
  requireBetween(traffic.requestsPerSecond, 0, 1e9, 'requests a second');
  requireBetween(traffic.errorRate, 0, 1, 'an error rate');
  requireBetween(traffic.latencySpread, 0, 10, 'a latency spread');
  requireWithin(regression.latency, 0, 1000, 'a slow-down');
  requireBetween(regression.errorRate, 0, 1, "the regression's error rate");
  requireBetween(power, 0, 1, 'a power');
  requireWithin(steps.length, 0, 1000, 'a number of steps');
  for (const step of steps) requireWithin(step.share, 0, 1, 'the share of a step');
  const settings = readJudgeSettings(given);
  const comparable = steps.filter(({ share }) => share >= 1e-6 && share <= 1 - 1e-6);
  return comparable.map((step, index) => {
    const checks = plannedChecks(settings).map((check) =>
      outlookOf(check, { traffic, regression, settings }, step, index, power),
    );
    return {
      share: step.share,
      checks,
      warnings: checks.flatMap((check) => warningsOf(check, step, regression, traffic)),
    };
  });
}

/**
 * The checks that are asked and are in no plan: how often requests time out, what is predicted, and
 * when the truth becomes known, nobody can say before there is traffic.
 * @throws SerinError `invalid-judge-settings`
 */
export function checksWithoutPlan(given: PartialJudgeSettings): CheckName[] {
  const settings = readJudgeSettings(given);
  const { timeouts, predictions, agreement, feedback } = settings.checks;
  const asked = [
    [CheckName.Timeouts, timeouts],
    [CheckName.Predictions, predictions],
    [CheckName.Agreement, agreement],
    [CheckName.Feedback, feedback],
  ] as const;
  return asked.flatMap(([name, check]) => (check === null ? [] : [name]));
}

function outlookOf(
  planned: PlannedCheck,
  situation: Situation,
  step: PlannedStep,
  index: number,
  power: number,
): CheckOutlook {
  const { settings, traffic } = situation;
  const { requestsPerSecond } = traffic;
  const requestsPerBucket = Math.max(
    settings.bucket.requestsPerArm / Math.min(step.share, 1 - step.share),
    (settings.bucket.durationMs / 1000) * requestsPerSecond,
    1,
  );
  const alpha = -Math.log(settings.alpha);
  const durationOf = (powerAt: PowerAt | null): Duration | null => {
    const requests = powerAt === null ? Infinity : requestsForPower(powerAt, power);
    return Number.isFinite(requests)
      ? { requests, minutes: requests / requestsPerSecond / 60 }
      : null;
  };
  const harm = {
    share: step.share,
    requestsPerBucket,
    threshold: alpha - Math.log(planned.weight) + (index + 1) * Math.LN2,
  };
  const find = planned.weight > 0 ? planned.find(situation, harm) : null;
  const safe = { share: step.share, requestsPerBucket, threshold: alpha };
  return {
    check: planned.check,
    find: durationOf(find),
    ...(planned.exclude === null ? {} : { exclude: durationOf(planned.exclude(situation, safe)) }),
  };
}

function warningsOf(
  { check, find, exclude }: CheckOutlook,
  { share, maxMinutes }: PlannedStep,
  regression: PlannedRegression,
  traffic: PlannedTraffic,
): string[] {
  const wanted =
    check === CheckName.Errors
      ? `errors from ${sayPercent(traffic.errorRate)} to ${sayPercent(regression.errorRate)}`
      : `${check} of a canary that is ${sayPercent(regression.latency)} slower`;
  const asked =
    check === CheckName.Errors ? regression.errorRate > traffic.errorRate : regression.latency > 0;
  const at = `at ${sayPercent(share)} of ${sayNumber(traffic.requestsPerSecond)} requests a second`;
  const late = (verb: string, duration: Duration | null): string | undefined =>
    duration === null
      ? `is never ${verb}`
      : maxMinutes !== null && duration.minutes > maxMinutes
        ? `is ${verb} in ${sayCount(duration.requests)} requests, ${sayMinutes(duration.minutes)}; ` +
          `the step ends after ${sayMinutes(maxMinutes)}`
        : undefined;
  const lateFind = asked ? late('found', find) : undefined;
  const lateExclude = exclude === undefined ? undefined : late('passed', exclude);
  return [
    ...(lateFind === undefined ? [] : [`${wanted} ${at} ${lateFind}`]),
    ...(lateExclude === undefined ? [] : [`the gate of ${check} ${at} ${lateExclude}`]),
  ];
}

function sayMinutes(minutes: number): string {
  return minutes < 120 ? `${sayCount(minutes)} minutes` : `${sayCount(minutes / 60)} hours`;
}
