import type { RolloutId } from '../domain/rollout-id.js';

/** Where it is kept what rollouts looked like over time, as JSON. The newest replaces the one before. */
export interface Timelines {
  /** @throws SerinError `store-failed` */
  save(rollout: RolloutId, points: string): void;
  /** @throws SerinError `store-failed` */
  read(rollout: RolloutId): string | undefined;
}
