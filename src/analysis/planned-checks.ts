import { CheckName } from '../domain/evidence.js';
import { Direction } from '../stats/half-normal-mixture.js';
import { normalCdf, normalQuantile } from '../stats/normal.js';
import { tail95Grid, tail99Grid } from '../stats/odds-evidence.js';
import {
  harmOfEvents,
  powerOfEvents,
  powerOfMean,
  safetyOfEvents,
  type Design,
} from '../stats/sequential-power.js';
import type { JudgeSettings } from './judge-settings.js';

/** What is known of the traffic before a rollout. */
export interface PlannedTraffic {
  /** Of both arms, above 0. */
  readonly requestsPerSecond: number;
  /** Share of stable's requests that fail, between 0 and 1. */
  readonly errorRate: number;
  /** Standard deviation of the logarithm of the latency, above 0; 0.5 is common. */
  readonly latencySpread: number;
}

/** The regression that should not pass: how much worse it is. */
export interface PlannedRegression {
  /** Relative slowness of every request: 0.2 is 20% slower; 0 for none. */
  readonly latency: number;
  /** The canary's share of requests that fail; the error rate of the traffic for none. */
  readonly errorRate: number;
}

/** What a question is asked about. */
export interface Situation {
  readonly traffic: PlannedTraffic;
  readonly regression: PlannedRegression;
  readonly settings: JudgeSettings;
}

/** The chance that a question is decided after so many requests. */
export type PowerAt = (requests: number) => number;

/** One check's questions: how likely it has found the regression, and passed its gate. */
export interface PlannedCheck {
  readonly check: CheckName;
  readonly weight: number;
  readonly find: (situation: Situation, design: Design) => PowerAt | null;
  readonly exclude: ((situation: Situation, design: Design) => PowerAt) | null;
}

/** The checks whose power can be told before there is any traffic. */
export function plannedChecks({ checks }: JudgeSettings): PlannedCheck[] {
  const planned: PlannedCheck[] = [];
  const { errors, latencyMean, latencyP95, latencyP99 } = checks;
  if (errors !== null) {
    const { gate } = errors;
    planned.push({
      check: CheckName.Errors,
      weight: errors.weight,
      find: ({ traffic, regression }, design) =>
        regression.errorRate <= traffic.errorRate
          ? null
          : powerOf(
              traffic.errorRate,
              regression.errorRate,
              harmOfEvents(errors.ratio, errors.difference),
              design,
            ),
      exclude:
        gate === null
          ? null
          : ({ traffic: { errorRate } }, design) =>
              powerOf(errorRate, errorRate, safetyOfEvents(gate.ratio, gate.difference), design),
    });
  }
  if (latencyMean !== null) {
    const { gate } = latencyMean;
    const ofMean =
      (effect: number, margin: number, direction: Direction) =>
      ({ traffic, settings }: Situation, design: Design): PowerAt =>
      (requests) =>
        powerOfMean(
          requests,
          {
            spread: traffic.latencySpread,
            effect: Math.log1p(effect),
            margin: Math.log1p(margin),
            direction,
            tau: settings.tau,
          },
          design,
        );
    planned.push({
      check: CheckName.LatencyMean,
      weight: latencyMean.weight,
      find: (situation, design) =>
        situation.regression.latency <= latencyMean.tolerance
          ? null
          : ofMean(
              situation.regression.latency,
              latencyMean.tolerance,
              Direction.Above,
            )(situation, design),
      exclude: gate === null ? null : ofMean(0, gate, Direction.Below),
    });
  }
  for (const [check, tolerance, tail, grid] of [
    [CheckName.LatencyP95, latencyP95, 0.05, tail95Grid],
    [CheckName.LatencyP99, latencyP99, 0.01, tail99Grid],
  ] as const) {
    if (tolerance === null) continue;
    const { gate } = tolerance;
    planned.push({
      check,
      weight: tolerance.weight,
      find: ({ traffic, regression }, design) =>
        regression.latency <= tolerance.tolerance
          ? null
          : powerOf(
              tail,
              slowShare(tail, regression.latency, tolerance.tolerance, traffic),
              harmOfEvents(1, null, grid),
              design,
            ),
      exclude:
        gate === null
          ? null
          : ({ traffic }, design) =>
              powerOf(tail, slowShare(tail, 0, gate, traffic), safetyOfEvents(1, null), design),
    });
  }
  return planned;
}

function powerOf(
  stableRate: number,
  canaryRate: number,
  logE: ReturnType<typeof harmOfEvents>,
  design: Design,
): PowerAt {
  return (requests) => powerOfEvents(requests, { stableRate, canaryRate, logE }, design);
}

/** The canary's share beyond stable's quantile, once its latency is divided by 1 + tolerance. */
function slowShare(
  tail: number,
  slower: number,
  tolerance: number,
  { latencySpread }: PlannedTraffic,
): number {
  const shift = (Math.log1p(slower) - Math.log1p(tolerance)) / latencySpread;
  return normalCdf(normalQuantile(tail) + shift);
}
