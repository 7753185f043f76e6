import { Arm } from '../../domain/arm.js';
import { Outcome, type Observation, type Prediction } from '../../domain/observation.js';
import type { Judge } from '../judge.js';
import { SimulatedTraffic } from './simulated-traffic.js';
import type { Scenario } from './scenario.js';

/** What a simulated request is given beyond its scenario. */
export type Extras = (
  isCanary: boolean,
  index: number,
) => { readonly prediction?: Prediction; readonly stickyHash?: number };

/**
 * Feeds a judge with an evenly paced stream of simulated requests, one tick a second.
 * @param perSecond requests a second
 * @returns the time after the last request
 */
export function feed(
  judge: Judge,
  stream: { scenario: Scenario; seed: number; share: number; fromMs: number },
  requests: number,
  perSecond = 100,
  extras: Extras = () => ({}),
): number {
  const traffic = new SimulatedTraffic(stream.scenario, stream.seed);
  let nowMs = stream.fromMs;
  for (let index = 0; index < requests; index += 1) {
    const request = traffic.next(stream.share);
    const startedAtMs = stream.fromMs + (index * 1000) / perSecond;
    if (Math.floor(startedAtMs / 1000) > Math.floor(nowMs / 1000)) judge.tick(startedAtMs);
    nowMs = startedAtMs;
    judge.record({
      requestId: `${stream.seed}-${index}` as Observation['requestId'],
      startedAtMs,
      arm: request.isCanary ? Arm.Canary : Arm.Stable,
      latencyMs: request.latencyMs,
      outcome: request.failed ? Outcome.Error : Outcome.Ok,
      ...extras(request.isCanary, index),
    });
  }
  judge.tick(nowMs);
  return nowMs;
}
