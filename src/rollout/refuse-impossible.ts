import { SerinError } from '../domain/errors.js';
import type { Request } from './machine/events.js';
import { whyNotHere } from './machine/requests.js';
import type { Rollout } from './machine/state.js';

/**
 * Refuses what a person asks for and the rollout cannot do now.
 * @throws SerinError `action-not-possible`
 */
export function refuseImpossible(rollout: Rollout, request: Request, nowMs: number): void {
  const reason = whyNotHere(rollout, request, nowMs);
  if (reason === undefined) return;
  throw new SerinError('action-not-possible', {
    expected: `a rollout that can ${request.type.replace('-requested', '').replace('-', ' ')}`,
    found: reason,
    fields: { phase: rollout.phase.kind, step: rollout.step },
  });
}
