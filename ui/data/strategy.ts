import type { RolloutBody } from '../../src/api/contract/rollouts.js';

/** What pages read of a strategy, whose form the API leaves open. */
export interface KnownOfStrategy {
  readonly router?: unknown;
  /** `pause`: a canary that harms is left to a person. */
  readonly onHarm?: unknown;
}

export function strategyOf({ strategy }: Pick<RolloutBody, 'strategy'>): KnownOfStrategy {
  return strategy ?? {};
}
