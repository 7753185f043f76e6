import { defaultJudgeSettings } from '../../src/analysis/judge-settings.js';
import {
  addMeanBucket,
  estimatesFromEachStep,
  noMeanSums,
  type MeanSums,
} from '../../src/analysis/mean-sums.js';
import type { DetectorRun } from '../../src/analysis/simulation/detectors.js';
import type { Scenario } from '../../src/analysis/simulation/scenario.js';
import { SimulatedTraffic } from '../../src/analysis/simulation/simulated-traffic.js';
import { Direction, halfNormalLogE } from '../../src/stats/half-normal-mixture.js';
import { addToMoments, noMoments } from '../../src/stats/moments.js';

const { alpha, tau } = defaultJudgeSettings;

/**
 * When Engine A alone, with tolerance 0, first alarms: over all steps together, without the restart
 * mixture that the judge adds.
 * @returns the number of requests, or null when it never alarms
 */
export function meanEngineAlarm(scenario: Scenario, seed: number, run: DetectorRun): number | null {
  const traffic = new SimulatedTraffic(scenario, seed);
  const steps = new Map<number, MeanSums>();
  let [canary, stable] = [noMoments(), noMoments()];
  for (let index = 0; index < run.requests; index += 1) {
    const share = run.shareAt(index);
    const { isCanary, latencyMs } = traffic.next(share);
    addToMoments(isCanary ? canary : stable, Math.log(latencyMs));
    if ((index + 1) % run.lookEvery !== 0) continue;
    const sums = steps.get(share) ?? noMeanSums();
    steps.set(share, sums);
    addMeanBucket(sums, canary, stable);
    [canary, stable] = [noMoments(), noMoments()];
    const [all] = estimatesFromEachStep([...steps.values()]);
    if (all?.ready !== true) continue;
    const logE = halfNormalLogE(all.estimate, all.information, 0, Direction.Above, tau);
    if (logE >= -Math.log(alpha)) return index + 1;
  }
  return null;
}
