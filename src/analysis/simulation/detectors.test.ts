import { describe, expect, it } from 'vitest';
import { mannWhitneyTest } from '../../stats/mann-whitney.js';
import { Detector, firstAlarms, standardDetectorRun } from './detectors.js';
import { harmlessScenario } from './scenario.js';
import { SimulatedTraffic } from './simulated-traffic.js';

describe('a detector that is made for one look', () => {
  it('alarms over harmless canaries when it is looked at often', () => {
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const alarms = seeds.map((seed) => firstAlarms(harmlessScenario, seed));
    const share = (detector: Detector): number =>
      alarms.filter((one) => one[detector] !== null).length / seeds.length;
    expect(share(Detector.WelchRaw)).toBeGreaterThan(0.3);
    expect(share(Detector.ErrorCount)).toBeGreaterThan(0.7);
  });

  it('finds a canary that is 20% slower', () => {
    const alarms = firstAlarms({ ...harmlessScenario, latencyFactor: 1.2 }, 1);
    expect(alarms[Detector.WelchLog]).toBeLessThan(5000);
    expect(alarms[Detector.MannWhitney]).toBeLessThan(5000);
  });
});

it('the running Mann-Whitney test is the test', () => {
  const scenario = { ...harmlessScenario, latencyFactor: 1.1 };
  const requests = 3000;
  const run = { ...standardDetectorRun, requests, lookEvery: 500 };
  const alarm = firstAlarms(scenario, 4, run)[Detector.MannWhitney];
  const traffic = new SimulatedTraffic(scenario, 4);
  const canary: number[] = [];
  const stable: number[] = [];
  let expected: number | null = null;
  for (let count = 1; count <= requests; count += 1) {
    const request = traffic.next(0.1);
    (request.isCanary ? canary : stable).push(request.latencyMs);
    if (count % 500 !== 0) continue;
    if (mannWhitneyTest(canary, stable).pGreater < 0.025) expected ??= count;
  }
  expect(alarm).toBe(expected);
});
