import { CheckName } from '../../domain/evidence.js';
import { requireBetween, requireWithin } from '../../stats/require.js';
import { mostRequests, requestsForPower } from '../../stats/sequential-power.js';
import { readJudgeSettings, type PartialJudgeSettings } from '../read-judge-settings.js';
import { sayCount } from '../words.js';
import type {
  CheckOutlook,
  Duration,
  PlannedStep,
  StepOutlook,
  UnplannedCheck,
} from './plan-outlook.js';
import { warningsOf } from './plan-warnings.js';
import { plannedChecks, type PlannedCheck } from './planned-checks.js';
import type { PlannedRegression, PlannedTraffic, Prospect, Situation } from './prospects.js';

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
  requireBetween(traffic.latencyMs, 0, 1e9, 'a median latency');
  requireWithin(regression.latency, 0, 1000, 'a slow-down');
  requireBetween(regression.errorRate, 0, 1, "the regression's error rate");
  requireWithin(regression.drift, 0, 1, 'a drift');
  requireBetween(power, 0, 1, 'a power');
  requireWithin(steps.length, 0, 1000, 'a number of steps');
  for (const step of steps) requireWithin(step.share, 0, 1, 'the share of a step');
  const situation = { traffic, regression, settings: readJudgeSettings(given) };
  const planned = plannedChecks(situation);
  return steps.filter(comparesArms).map((step, index) => {
    const checks = planned.map((check) => outlookOf(check, situation, step, index, power));
    const { kind, share } = step;
    return { kind, share, checks, warnings: warningsOf(checks, step, situation) };
  });
}

/**
 * The checks that are asked and are in no plan, with the reason.
 * @throws SerinError `invalid-judge-settings`
 */
export function checksWithoutPlan(given: PartialJudgeSettings): UnplannedCheck[] {
  const { timeouts, agreement, feedback } = readJudgeSettings(given).checks;
  const asked = [
    [CheckName.Timeouts, timeouts, 'each is an error as well, and how many are is not known yet'],
    [CheckName.Agreement, agreement, 'how often two versions disagree is known once both answer'],
    [CheckName.Feedback, feedback, 'it takes labels, which come when somebody sends them'],
  ] as const;
  return asked.flatMap(([check, settings, why]) => (settings === null ? [] : [{ check, why }]));
}

const leastShare = 1e-6;

function comparesArms({ kind, share }: PlannedStep): boolean {
  return share >= leastShare && (kind === 'shadow' || share <= 1 - leastShare);
}

/** Of a request and its copy, half are the canary's. */
function comparedIn({ kind, share }: PlannedStep, requestsPerSecond: number) {
  return kind === 'shadow'
    ? { share: 0.5, perSecond: 2 * share * requestsPerSecond }
    : { share, perSecond: requestsPerSecond };
}

function outlookOf(
  { check, weight, find, exclude }: PlannedCheck,
  { settings, traffic }: Situation,
  step: PlannedStep,
  index: number,
  power: number,
): CheckOutlook {
  const { share, perSecond } = comparedIn(step, traffic.requestsPerSecond);
  const requestsPerBucket = Math.max(
    settings.bucket.requestsPerArm / Math.min(share, 1 - share),
    (settings.bucket.durationMs / 1000) * perSecond,
    1,
  );
  const enough = -Math.log(settings.alpha);
  const expectation = (prospect: Prospect, threshold: number): Duration | string => {
    if (typeof prospect === 'string') return prospect;
    const design = { share, requestsPerBucket, threshold };
    const requests = requestsForPower((count) => prospect(count, design), power);
    return Number.isFinite(requests)
      ? { requests, minutes: requests / perSecond / 60 }
      : `it takes more than ${sayCount(mostRequests)} requests`;
  };
  const toFind = enough - Math.log(weight) + (index + 1) * Math.LN2;
  const found = expectation(weight > 0 ? find : 'it has no part of alpha', toFind);
  const excluded = expectation(exclude, enough);
  return {
    check,
    ...(typeof found === 'string' ? { find: null, findNever: found } : { find: found }),
    ...(typeof excluded !== 'string'
      ? { exclude: excluded }
      : typeof exclude === 'string'
        ? { excludeNever: excluded }
        : { exclude: null, excludeNever: excluded }),
  };
}
