import { SerinError } from '../domain/errors.js';
import type { RolloutId } from '../domain/rollout-id.js';
import type { RolloutHead } from '../store/event-log.js';
import type { Rollout } from './machine/state.js';
import { isSameVersion } from './strategy/is-same-version.js';
import type { Strategy } from './strategy/strategy.js';

/** The rollouts that there were. */
export interface EarlierRollouts {
  /** The newest first. */
  list(): Promise<readonly RolloutHead[]>;
  show(id: RolloutId): Promise<Rollout>;
}

/**
 * Refuses a canary that was rolled back not long ago, by a rollout of this server.
 * @param except a rollout that knows its own cool-down
 * @throws SerinError `rollout-cooling-down`, `store-failed`
 */
export async function refuseWhileCoolingDown(
  { model, canary }: Strategy,
  earlier: EarlierRollouts,
  nowMs: number,
  except?: RolloutId,
): Promise<void> {
  const heads = await earlier.list();
  const rolledBack = heads.filter((head) => head.model === model && head.phase === 'rolled-back');
  for (const { rolloutId } of rolledBack) {
    if (rolloutId === except) continue;
    const { phase, strategy, imported } = await earlier.show(rolloutId);
    // What happened on another server is no word about this one's traffic.
    if (phase.kind !== 'rolled-back' || imported) continue;
    const leftMs = phase.coolDownUntilMs - nowMs;
    if (leftMs <= 0 || !isSameVersion(strategy.canary, canary)) continue;
    throw new SerinError('rollout-cooling-down', {
      expected: `another canary, or to wait ${Math.ceil(leftMs / 1_000)} s`,
      found: phase.why,
      fields: { rollout: rolloutId, coolDownUntilMs: phase.coolDownUntilMs },
    });
  }
}
