import type { SplitSeen } from '../domain/verdict.js';
import { sampleRatioCheck } from '../stats/sample-ratio.js';
import type { DesignEffects } from './clustering.js';
import { requestsOf } from './check-input.js';
import type { StepMemory } from './step-memory.js';

/**
 * How the traffic of these steps was split, and whether that is proven to be wrong by now. In shadow
 * steps nobody is assigned: they are left out.
 * @param effects how much more it varies because users keep their arm
 */
export function splitOf(steps: readonly StepMemory[], effects: DesignEffects): SplitSeen {
  const weighted = steps.filter(({ kind }) => kind === 'weight');
  const { logE, wrong } = sampleRatioCheck(
    weighted.map(({ split }) => split),
    effects.split,
  );
  const { stable, canary } = requestsOf(weighted);
  const requests = stable + canary;
  const intended = weighted.reduce(
    (sum, step) => sum + step.share * (step.stableRequests + step.canaryRequests),
    0,
  );
  return {
    intended: requests === 0 ? (weighted.at(-1)?.share ?? 0) : intended / requests,
    seen: requests === 0 ? 0 : canary / requests,
    logE,
    wrong,
  };
}
