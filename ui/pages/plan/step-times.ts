import type { PlanBody } from '../../../src/api/contract/plan.js';

/** How long a step may take by its own rules, whatever the judge finds. */
export interface StepTimes {
  readonly atLeastMs: number;
  readonly atMostMs: number;
}

/** At least until its time and its requests are served; undefined for a step without a hold. */
export function stepTimes(
  { hold, share }: PlanBody['steps'][number],
  requestsPerSecond: number,
): StepTimes | undefined {
  if (hold === null) return undefined;
  const servedMs = (1000 * hold.requests) / (requestsPerSecond * share);
  return {
    atLeastMs: Math.min(hold.max_ms, Math.max(hold.min_ms, servedMs)),
    atMostMs: hold.max_ms,
  };
}
