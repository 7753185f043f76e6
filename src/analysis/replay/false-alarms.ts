import { Arm } from '../../domain/arm.js';
import type { Observation } from '../../domain/observation.js';
import { wilsonInterval } from '../../stats/two-proportions.js';
import { Random } from '../../stats/random.js';
import { SerinError } from '../../domain/errors.js';
import type { PartialJudgeSettings } from '../read-judge-settings.js';
import { replay } from './replay.js';

export interface FalseAlarmPlan {
  readonly settings: PartialJudgeSettings;
  /** Share of the recorded requests that play the canary: between 0 and 1. */
  readonly share: number;
  readonly seed: number;
}

/** How one split of harmless traffic ended. */
export interface SplitOutcome {
  readonly alarmed: boolean;
  /** The checks whose own evidence crossed the line. */
  readonly checks: readonly string[];
  readonly promotable: boolean;
}

/** How often harmless traffic of this kind alarms. */
export interface FalseAlarms {
  readonly splits: number;
  readonly alarms: number;
  readonly promotable: number;
  readonly rate: number;
  /** 95%, Wilson 1927. */
  readonly interval95: readonly [number, number];
  /** Alarms by check. */
  readonly byCheck: Readonly<Record<string, number>>;
}

/** Under this, a split could never be judged. */
const fewestRequests = 200;

/**
 * Splits recorded traffic of one version at random into two arms, and judges it: both arms are the
 * same version, so every alarm is a false one.
 * @param stable observations in the order of time; their arms are drawn anew
 * @throws SerinError `insufficient-data`
 */
export function judgeSplit(
  stable: readonly Observation[],
  { settings, share, seed }: FalseAlarmPlan,
): SplitOutcome {
  if (stable.length < fewestRequests) {
    throw new SerinError('insufficient-data', {
      expected: `at least ${fewestRequests} recorded requests of stable`,
      found: String(stable.length),
    });
  }
  const { crossings, verdict } = replay(drawArms(stable, share, seed), { settings, share });
  const harms = crossings.filter(({ what }) => what === 'harm');
  return {
    alarmed: verdict.kind === 'harm' || harms.some(({ check }) => check === undefined),
    checks: harms.flatMap(({ check }) => (check === undefined ? [] : [check])),
    promotable: verdict.mayPromote,
  };
}

/** Counts the outcomes of many splits. */
export function countFalseAlarms(outcomes: readonly SplitOutcome[]): FalseAlarms {
  const alarms = outcomes.filter(({ alarmed }) => alarmed).length;
  const byCheck: Record<string, number> = {};
  for (const { checks } of outcomes) {
    for (const check of checks) byCheck[check] = (byCheck[check] ?? 0) + 1;
  }
  return {
    splits: outcomes.length,
    alarms,
    promotable: outcomes.filter(({ promotable }) => promotable).length,
    rate: alarms / outcomes.length,
    interval95: wilsonInterval({ events: alarms, requests: outcomes.length }),
    byCheck,
  };
}

/** Draws an arm for each request; a user who would keep the arm has one drawn by hash and seed. */
export function* drawArms<One extends Observation>(
  stable: readonly One[],
  share: number,
  seed: number,
) {
  const random = new Random(seed);
  for (const observation of stable) {
    const { stickyHash } = observation;
    const draw =
      stickyHash === undefined ? random : new Random(seed ^ Math.imul(stickyHash, 0x85ebca6b));
    const arm = draw.uniform() < share ? Arm.Canary : Arm.Stable;
    yield { observation: { ...observation, arm }, share: undefined };
  }
}
