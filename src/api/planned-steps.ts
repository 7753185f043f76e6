import type { PlannedStep } from '../analysis/plan/plan-outlook.js';
import { nothingWished, parseSerinYaml } from '../config/parse-serin-yaml.js';
import { SerinError } from '../domain/errors.js';
import type { Strategy } from '../rollout/strategy/strategy.js';
import type { PlanBody, PlanRequest } from './contract/plan.js';

/** Each step costs some milliseconds of the server's only thread. */
const mostSteps = 20;

/** A step with what its file says of how long it is held. */
export interface StepToPlan extends PlannedStep {
  readonly hold: PlanBody['steps'][number]['hold'];
}

/**
 * What is planned: a rollout file, or steps with everything else by default.
 * @throws SerinError `config-invalid` for the file, `invalid-request` for too many steps, or none
 */
export function whatIsPlanned({ yaml, steps }: Pick<PlanRequest, 'yaml' | 'steps'>): {
  readonly strategy: Strategy;
  readonly steps: readonly StepToPlan[];
} {
  const strategy = parseSerinYaml(yaml ?? nothingWished, 'serin.yaml');
  if (yaml === undefined && steps === undefined) {
    throw new SerinError('invalid-request', { expected: 'steps, or yaml', found: 'neither' });
  }
  const planned =
    steps?.map(({ share }) => ({ kind: 'weight', share, maxMinutes: null, hold: null }) as const) ??
    stepsOf(strategy);
  if (planned.length <= mostSteps) return { strategy, steps: planned };
  throw new SerinError('invalid-request', {
    expected: `at most ${mostSteps} steps with a weight`,
    found: `${planned.length}`,
  });
}

function stepsOf({ steps }: Strategy): StepToPlan[] {
  const weights = steps.flatMap((step) => (step.kind === 'weight' ? [step] : []));
  return weights.map(({ weight, hold }) => ({
    kind: 'weight',
    share: weight / 100,
    maxMinutes: hold.maxMs / 60_000,
    hold: { min_ms: hold.minMs, max_ms: hold.maxMs, requests: hold.requests },
  }));
}
