import { Arm } from '../../domain/arm.js';
import type { CheckName, Evidence } from '../../domain/evidence.js';
import { Outcome, type Observation } from '../../domain/observation.js';
import { Judge } from '../judge.js';
import type { PartialJudgeSettings } from '../read-judge-settings.js';
import { feed, type Extras } from './feed.js';
import { harmlessScenario, type Scenario } from './scenario.js';

/** A step of half the traffic, after which promotion may follow. */
export const half = { kind: 'weight', share: 0.5, last: true } as const;

/** When simulated rollouts begin. */
export const start = 1_700_000_000_000;

/** A judge that has seen so many simulated requests, a hundred a second, in one step of half. */
export function judgeAfter(
  requests: number,
  scenario: Partial<Scenario> = {},
  settings: PartialJudgeSettings = {},
  extras?: Extras,
): { judge: Judge; nowMs: number } {
  const judge = Judge.open(settings);
  judge.beginStep(half, start);
  const stream = { scenario: { ...harmlessScenario, ...scenario }, seed: 1, share: 0.5 };
  const nowMs = feed(judge, { ...stream, fromMs: start }, requests, 100, extras);
  return { judge, nowMs };
}

/** One request of stable that took 20 ms, but for what is changed. */
export function observation(changes: Partial<Observation> = {}): Observation {
  return {
    requestId: 'r' as Observation['requestId'],
    startedAtMs: start,
    arm: Arm.Stable,
    latencyMs: 20,
    outcome: Outcome.Ok,
    ...changes,
  };
}

/** What a judge says of one check, which must be asked. */
export function evidenceOf(judge: Judge, nowMs: number, check: CheckName): Evidence {
  const evidence = judge.judge(nowMs).evidence.find((one) => one.check === check);
  if (evidence === undefined) throw new Error(`${check} is not asked`);
  return evidence;
}
