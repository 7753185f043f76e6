import { CheckName } from '../../domain/evidence.js';
import { sayCount, sayNumber, sayPercent } from '../words.js';
import type { CheckOutlook, Duration, PlannedStep } from './plan-outlook.js';
import type { Situation } from './prospects.js';

const aboutLatency: readonly CheckName[] = [
  CheckName.LatencyMean,
  CheckName.LatencyP95,
  CheckName.LatencyP99,
  CheckName.LatencyTwiceP99,
];

/**
 * What cannot be told in the time that a step has: a regression that none of the checks finds that
 * look for it, and each gate that a harmless canary does not pass.
 */
export function warningsOf(
  checks: readonly CheckOutlook[],
  step: PlannedStep,
  situation: Situation,
): string[] {
  const { traffic, regression } = situation;
  const regressions: readonly { said: string; isOne: boolean; checks: readonly CheckName[] }[] = [
    {
      said: `errors from ${sayPercent(traffic.errorRate)} to ${sayPercent(regression.errorRate)}`,
      isOne: regression.errorRate > traffic.errorRate,
      checks: [CheckName.Errors],
    },
    {
      said: `a canary that is ${sayPercent(regression.latency)} slower`,
      isOne: regression.latency > 0,
      checks: aboutLatency,
    },
    {
      said: `predictions that drift by ${sayPercent(regression.drift)}`,
      isOne: regression.drift > 0,
      checks: [CheckName.Predictions],
    },
  ];
  const at = `${placeOf(step)} of ${sayNumber(traffic.requestsPerSecond)} requests a second`;
  return [
    ...regressions.flatMap(({ said, isOne, checks: names }) => {
      const asked = checks.filter(({ check }) => names.includes(check));
      const late = isOne && asked.length > 0 ? lateFind(asked, step) : undefined;
      return late === undefined ? [] : [`${said} ${at} ${late}`];
    }),
    ...checks.flatMap(({ check, exclude, excludeNever }) => {
      if (exclude === undefined) return [];
      const late = lateBy('passed', exclude, excludeNever, step);
      return late === undefined ? [] : [`the gate of ${check} ${at} ${late}`];
    }),
  ];
}

function placeOf({ kind, share }: PlannedStep): string {
  return kind === 'shadow' ? `with copies of ${sayPercent(share)}` : `at ${sayPercent(share)}`;
}

/** Whichever of the checks finds it first rolls the canary back. */
function lateFind(checks: readonly CheckOutlook[], step: PlannedStep): string | undefined {
  const [first, ...more] = [...checks].sort(
    (a, b) => (a.find?.minutes ?? Infinity) - (b.find?.minutes ?? Infinity),
  );
  if (first === undefined) return undefined;
  const why = [first, ...more].map(({ check, findNever }) => `${check}: ${findNever ?? ''}`);
  return lateBy('found', first.find, checks.length === 1 ? first.findNever : why.join('; '), step);
}

function lateBy(
  verb: string,
  duration: Duration | null,
  why: string | undefined,
  { maxMinutes }: PlannedStep,
): string | undefined {
  if (duration === null) return `is never ${verb}${why === undefined ? '' : ` (${why})`}`;
  if (maxMinutes === null || duration.minutes <= maxMinutes) return undefined;
  return (
    `is ${verb} in ${sayCount(duration.requests)} requests, ${sayMinutes(duration.minutes)}; ` +
    `the step ends after ${sayMinutes(maxMinutes)}`
  );
}

function sayMinutes(minutes: number): string {
  return minutes < 120 ? `${sayCount(minutes)} minutes` : `${sayCount(minutes / 60)} hours`;
}
