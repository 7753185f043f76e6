import { Arm } from '../../domain/arm.js';
import { SerinError } from '../../domain/errors.js';
import { Outcome, type Observation } from '../../domain/observation.js';
import { addToMoments, noMoments, sampleVariance } from '../../stats/moments.js';
import { defaultJudgeSettings } from '../judge-settings.js';
import type { PlannedTraffic } from './prospects.js';

/** Under this, a spread of latencies is a guess. */
const fewestRequests = 100;

/**
 * What a recording tells of the traffic to come: the pace of both arms, and stable's errors and
 * latencies. The rate of errors is Jeffreys' estimate, as a recording without one does not say that
 * there will never be any.
 * @throws SerinError `insufficient-data`
 */
export function trafficOf(recorded: readonly Observation[]): PlannedTraffic {
  const logLatency = noMoments();
  let firstMs = Infinity;
  let lastMs = -Infinity;
  let errors = 0;
  for (const { arm, startedAtMs, latencyMs, outcome } of recorded) {
    firstMs = Math.min(firstMs, startedAtMs);
    lastMs = Math.max(lastMs, startedAtMs);
    if (arm !== Arm.Stable) continue;
    addToMoments(logLatency, Math.log(Math.max(latencyMs, defaultJudgeSettings.latencyFloorMs)));
    if (outcome !== Outcome.Ok) errors += 1;
  }
  const spread = Math.sqrt(sampleVariance(logLatency));
  if (logLatency.count < fewestRequests || lastMs <= firstMs || spread === 0) {
    throw new SerinError('insufficient-data', {
      expected: `at least ${fewestRequests} recorded requests of stable, of different times and latencies`,
      found: `${logLatency.count} within ${Math.max(0, lastMs - firstMs)} ms`,
    });
  }
  return {
    requestsPerSecond: (1000 * (recorded.length - 1)) / (lastMs - firstMs),
    errorRate: (errors + 0.5) / (logLatency.count + 1),
    latencyMs: Math.exp(logLatency.mean),
    latencySpread: spread,
  };
}
