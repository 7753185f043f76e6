import { CheckName } from '../../domain/evidence.js';
import { harmGrid, rateRatioInterval } from '../../stats/odds-evidence.js';
import { estimateOf, sayBounds } from '../bounds.js';
import { requestsOf, toEvidence, type Check, type CheckInput } from '../check-input.js';
import { dispersionOf, harmOfRatio, safetyOfRatio, type EventSums } from '../event-sums.js';
import type { JudgeSettings, LatencyTolerance } from '../judge-settings.js';
import { Tail, tailQuestions } from '../tail-questions.js';
import { sayBoth, sayNumber, sayOdds } from '../words.js';

/** Are more of the canary's requests slower than stable's p95? */
export const latencyP95Check: Check = (input) =>
  askTail(input, {
    check: CheckName.LatencyP95,
    tolerance: input.settings.checks.latencyP95,
    harm: Tail.HarmP95,
    safe: Tail.SafeP95,
    limit: "stable's p95",
    quantile: 0.95,
  });

/** Are more of the canary's requests slower than stable's p99? */
export const latencyP99Check: Check = (input) =>
  askTail(input, {
    check: CheckName.LatencyP99,
    tolerance: input.settings.checks.latencyP99,
    harm: Tail.HarmP99,
    safe: Tail.SafeP99,
    limit: "stable's p99",
    quantile: 0.99,
  });

/** Are more of the canary's requests slower than twice stable's p99? */
export const latencyTwiceP99Check: Check = (input) =>
  askTail(input, {
    check: CheckName.LatencyTwiceP99,
    tolerance: input.settings.checks.latencyTwiceP99,
    harm: Tail.HarmTwiceP99,
    safe: null,
    limit: "twice stable's p99",
    quantile: 0.99,
  });

interface TailCheck {
  readonly check: CheckName;
  readonly tolerance: LatencyTolerance | null;
  readonly harm: number;
  readonly safe: number | null;
  readonly limit: string;
  readonly quantile: number;
}

/**
 * Engine B on slow requests. The estimate is how many times as often the canary is slow, not how
 * much slower its quantile is: the ratio of quantiles has no confidence sequence, so the quantiles
 * of the current step are only shown.
 */
function askTail(input: CheckInput, asked: TailCheck): ReturnType<Check> {
  const { settings, steps, effects, latency } = input;
  const { tolerance } = asked;
  if (tolerance === null) return null;
  const grid = tailQuestions(settings.checks)[asked.harm]?.grid ?? harmGrid;
  const sums = steps.flatMap(({ tails }) => tails[asked.harm] ?? []);
  const { overdispersion } = dispersionOf(sums, effects.slow);
  const { enoughGroups } = effects;
  const harmLogE = enoughGroups ? harmOfRatio(sums, 1, overdispersion, grid) : 0;
  const safeLogE =
    asked.safe === null || tolerance.gate === null
      ? undefined
      : enoughGroups
        ? safetyOfTail(steps, asked.safe, effects.slow)
        : 0;
  const requests = sums.reduce((sum, step) => sum + step.requests, 0);
  const ratio = dispersionOf(sums).ratio;
  const estimate = estimateOf(
    'ratio',
    ratio,
    ...rateRatioInterval(sums, settings.alpha, overdispersion, grid),
  );
  const stableShown = latency.stable.quantile(asked.quantile);
  const canaryShown = latency.canary.quantile(asked.quantile);
  return toEvidence(
    {
      check: asked.check,
      harmLogE,
      ...(safeLogE === undefined ? {} : { safeLogE }),
      weight: tolerance.weight,
      ...(requests === 0 || !enoughGroups ? {} : { estimate }),
      samples: requestsOf(steps),
      overdispersion,
      shown: {
        ...(stableShown === undefined ? {} : { stableMs: stableShown }),
        ...(canaryShown === undefined ? {} : { canaryMs: canaryShown }),
      },
      sentence:
        requests === 0
          ? `${asked.limit} is not known before the first bucket has closed`
          : !enoughGroups
            ? `${asked.check}: waits for 15 groups of users on the canary`
            : `canary exceeds ${asked.limit}${sayTolerance(tolerance.tolerance, settings)} ` +
              `${sayNumber(ratio)} times as often as stable exceeds it${sayBounds(estimate, sayNumber)}; ` +
              `evidence ${sayOdds(harmLogE)} that it does so more often`,
    },
    input,
  );
}

function safetyOfTail(steps: CheckInput['steps'], question: number, effect: number): number {
  const sums: EventSums[] = steps.flatMap(({ tails }) => tails[question] ?? []);
  return safetyOfRatio(sums, 1, dispersionOf(sums, effect).overdispersion);
}

function sayTolerance(tolerance: number, settings: JudgeSettings): string {
  const isStrict = tolerance === 0 && settings.latencyToleranceMs === 0;
  return isStrict ? '' : ` by more than ${sayBoth(tolerance, settings)}`;
}
