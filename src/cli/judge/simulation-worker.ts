import { parentPort, workerData } from 'node:worker_threads';
import type { PartialJudgeSettings } from '../../analysis/read-judge-settings.js';
import { harmlessTwin } from '../../analysis/simulation/parse-scenario.js';
import type { Scenario } from '../../analysis/simulation/scenario.js';
import {
  firstAlarms,
  type Detector,
  type DetectorRun,
} from '../../analysis/simulation/detectors.js';
import {
  simulateRollout,
  standardRamp,
  type SimulatedOutcome,
} from '../../analysis/simulation/simulate-rollout.js';

export interface SimulationWork {
  readonly scenario: Scenario;
  readonly settings: PartialJudgeSettings;
}

export interface SimulationTask {
  readonly seed: number;
  readonly harmless: boolean;
}

export interface SimulationResult extends SimulationTask {
  readonly judged: SimulatedOutcome;
  /** Requests until each detector's first alarm; null: none. */
  readonly alarms: Readonly<Record<Detector, number | null>>;
}

/** The detectors see the judge's ramp, and look after each of its buckets. */
const rampRun: DetectorRun = {
  shareAt: shareOfRamp,
  requests: standardRamp.atMost,
  lookEvery: standardRamp.bucketRequests,
};

const { scenario, settings } = workerData as SimulationWork;

parentPort?.on('message', (task: SimulationTask) => {
  const played = task.harmless ? harmlessTwin(scenario) : scenario;
  const result: SimulationResult = {
    ...task,
    judged: simulateRollout(played, task.seed, settings),
    alarms: firstAlarms(played, task.seed, rampRun),
  };
  parentPort?.postMessage(result);
});

/** Nothing holds a detector in a step: it goes on after the step's requests. */
function shareOfRamp(request: number): number {
  let end = 0;
  for (const { share, requests } of standardRamp.steps) {
    end += requests;
    if (request < end) return share;
  }
  return standardRamp.steps.at(-1)?.share ?? 0;
}
