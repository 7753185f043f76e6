import { parentPort, workerData } from 'node:worker_threads';
import { judgeSplit, type FalseAlarmPlan } from '../../analysis/replay/false-alarms.js';
import type { Observation } from '../../domain/observation.js';

/** What all splits share; each task is a seed. */
export interface FalseAlarmWork extends Omit<FalseAlarmPlan, 'seed'> {
  readonly stable: readonly Observation[];
}

const { stable, ...plan } = workerData as FalseAlarmWork;

parentPort?.on('message', (seed: number) => {
  parentPort?.postMessage(judgeSplit(stable, { ...plan, seed }));
});
