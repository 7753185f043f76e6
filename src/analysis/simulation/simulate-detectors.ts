import { detectorNames, newDetector, type DetectorName } from './detectors.js';
import type { Scenario } from './scenario.js';
import { standardRamp, type Ramp } from './simulate-rollout.js';
import { SimulatedTraffic } from './simulated-traffic.js';

/** When a detector alarmed for the first time. */
export interface Alarm {
  readonly requests: number;
  readonly canaryRequests: number;
}

/** The first alarm of each detector; undefined where it never alarmed. */
export type Alarms = Readonly<Record<DetectorName, Alarm | undefined>>;

/**
 * Shows the detectors the same ramp and traffic that `simulateRollout` shows the judge, with a look
 * after every bucket. Steps advance after their requests, as nothing holds them.
 */
export function simulateDetectors(
  scenario: Scenario,
  seed: number,
  ramp: Ramp = standardRamp,
): Alarms {
  const traffic = new SimulatedTraffic(scenario, seed);
  const detectors = detectorNames.map((name) => ({ name, detector: newDetector(name) }));
  const alarms: Partial<Record<DetectorName, Alarm>> = {};
  let step = 0;
  let inStep = 0;
  let canaryRequests = 0;
  for (let requests = 1; requests <= ramp.atMost; requests += 1) {
    const { isCanary, latencyMs, failed } = traffic.next(ramp.steps[step]?.share ?? 0.5);
    if (isCanary) canaryRequests += 1;
    for (const { detector } of detectors) detector.record(isCanary, latencyMs, failed);
    inStep += 1;
    if (requests % ramp.bucketRequests === 0) {
      for (const { name, detector } of detectors) {
        if (alarms[name] === undefined && detector.alarms()) {
          alarms[name] = { requests, canaryRequests };
        }
      }
      if (detectorNames.every((name) => alarms[name] !== undefined)) break;
    }
    const plan = ramp.steps[step];
    if (step < ramp.steps.length - 1 && plan !== undefined && inStep >= plan.requests) {
      step += 1;
      inStep = 0;
    }
  }
  return alarms as Alarms;
}
