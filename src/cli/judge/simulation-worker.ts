import { parentPort, workerData } from 'node:worker_threads';
import type { PartialJudgeSettings } from '../../analysis/read-judge-settings.js';
import { harmlessTwin } from '../../analysis/simulation/parse-scenario.js';
import type { Scenario } from '../../analysis/simulation/scenario.js';
import { simulateDetectors, type Alarms } from '../../analysis/simulation/simulate-detectors.js';
import {
  simulateRollout,
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
  readonly alarms: Alarms;
}

const { scenario, settings } = workerData as SimulationWork;

parentPort?.on('message', (task: SimulationTask) => {
  const played = task.harmless ? harmlessTwin(scenario) : scenario;
  const result: SimulationResult = {
    ...task,
    judged: simulateRollout(played, task.seed, settings),
    alarms: simulateDetectors(played, task.seed),
  };
  parentPort?.postMessage(result);
});
