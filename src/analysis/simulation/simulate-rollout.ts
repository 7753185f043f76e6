import { Arm } from '../../domain/arm.js';
import { VerdictKind } from '../../domain/evidence.js';
import { Outcome, type Observation } from '../../domain/observation.js';
import { Judge } from '../judge.js';
import type { PartialJudgeSettings } from '../read-judge-settings.js';
import type { Scenario } from './scenario.js';
import { SimulatedTraffic } from './simulated-traffic.js';

/** The ramp of a simulated rollout. */
export interface Ramp {
  readonly steps: readonly { readonly share: number; readonly requests: number }[];
  readonly atMost: number;
  /** The judge looks after every so many requests; one bucket each. */
  readonly bucketRequests: number;
}

/** STATISTICS: 10% (4,000) → 25% (4,000) → 50%, at most 30,000 requests, buckets of 200. */
export const standardRamp: Ramp = {
  steps: [
    { share: 0.1, requests: 4000 },
    { share: 0.25, requests: 4000 },
    { share: 0.5, requests: 0 },
  ],
  atMost: 30_000,
  bucketRequests: 200,
};

/** How a simulated rollout ended. */
export interface SimulatedOutcome {
  readonly outcome: 'rolled-back' | 'promoted' | 'inconclusive';
  readonly requests: number;
  readonly canaryRequests: number;
}

/** Requests come evenly, and a bucket is as long as the judge's rule says. */
const bucketMs = 5000;

/**
 * Takes a simulated canary through a ramp with the judge that production uses. A middle step
 * advances once it has had its requests and nothing leans to harm.
 */
export function simulateRollout(
  scenario: Scenario,
  seed: number,
  settings: PartialJudgeSettings = {},
  ramp: Ramp = standardRamp,
): SimulatedOutcome {
  const judge = Judge.open({
    settleMs: 0,
    // Buckets of a fixed number of requests, as the table has them.
    bucket: { requestsPerArm: 0, durationMs: bucketMs },
    ...settings,
  });
  const traffic = new SimulatedTraffic(scenario, seed);
  const observation = {
    requestId: '' as Observation['requestId'],
    startedAtMs: 0,
    arm: Arm.Stable as Arm,
    latencyMs: 0,
    outcome: Outcome.Ok as Outcome,
  };
  let stepIndex = 0;
  let inStep = 0;
  let canaryRequests = 0;
  const begin = (atMs: number): void =>
    judge.beginStep(
      {
        kind: 'weight',
        share: ramp.steps[stepIndex]?.share ?? 0.5,
        last: stepIndex === ramp.steps.length - 1,
      },
      atMs,
    );
  begin(0);
  for (let requests = 1; requests <= ramp.atMost; requests += 1) {
    const step = ramp.steps[stepIndex];
    if (step === undefined) break;
    const request = traffic.next(step.share);
    const bucket = (requests - 1) / ramp.bucketRequests;
    observation.startedAtMs = bucket * bucketMs;
    observation.arm = request.isCanary ? Arm.Canary : Arm.Stable;
    observation.latencyMs = request.latencyMs;
    observation.outcome = request.failed ? Outcome.Error : Outcome.Ok;
    judge.record(observation);
    inStep += 1;
    if (request.isCanary) canaryRequests += 1;
    if (requests % ramp.bucketRequests !== 0) continue;
    const nowMs = (requests / ramp.bucketRequests) * bucketMs;
    const verdict = judge.judge(nowMs);
    if (verdict.kind === VerdictKind.Harm) {
      return { outcome: 'rolled-back', requests, canaryRequests };
    }
    if (verdict.mayPromote) return { outcome: 'promoted', requests, canaryRequests };
    const isLast = stepIndex === ramp.steps.length - 1;
    if (!isLast && inStep >= step.requests && !verdict.leansToHarm) {
      stepIndex += 1;
      inStep = 0;
      begin(nowMs);
    }
  }
  return { outcome: 'inconclusive', requests: ramp.atMost, canaryRequests };
}
