import type { PlanRequest } from '../../../src/api/contract/plan.js';
import { rolloutFile, templates, type Template } from '../start/templates.js';

/** What somebody wants to know: how much traffic, which strategy, what should be found. */
export interface Wishes {
  /** Requests a second, as a power of ten: the slider goes from two in a minute to ten thousand. */
  readonly rate: number;
  /** Undefined: one step of this weight. */
  readonly template: Template | undefined;
  /** The rest in percent, but for the spread. */
  readonly weight: number;
  readonly slowdown: number;
  readonly errors: number;
  readonly regressedErrors: number;
  readonly latencyTolerance: number;
  readonly errorTolerance: number;
  readonly spread: number;
}

export const atFirst: Wishes = {
  rate: Math.log10(50),
  template: templates[0],
  weight: 10,
  slowdown: 20,
  errors: 0.5,
  regressedErrors: 2,
  latencyTolerance: 5,
  errorTolerance: 0.1,
  spread: 0.5,
};

/** The names stand for any: a plan is about steps and checks. */
const anyVersions = { model: 'any', stable: '1', canary: '2' };

export function requestOf(wishes: Wishes): PlanRequest {
  // A rate of exactly 0 has no ratio: one request in a million stands for none.
  const least = 1e-6;
  const { template } = wishes;
  return {
    requests_per_second: 10 ** wishes.rate,
    error_rate: Math.max(least, wishes.errors / 100),
    latency_spread: wishes.spread,
    slowdown: wishes.slowdown / 100,
    regressed_error_rate: Math.max(least, wishes.regressedErrors / 100),
    power: 0.8,
    ...(template === undefined
      ? { steps: [{ share: wishes.weight / 100 }] }
      : { yaml: rolloutFile(anyVersions, template) }),
    tolerances: {
      latency: wishes.latencyTolerance / 100,
      errors: wishes.errorTolerance / 100,
    },
  };
}
