import type { RolloutId } from '../domain/rollout-id.js';

/** Where it is kept what rollouts looked like, as JSON. The newest replaces the one before. */
export interface Timelines {
  /** @throws SerinError `store-failed` */
  save(rollout: RolloutId, points: string): void;
  /** All or none of them, in one write to the disk. @throws SerinError `store-failed` */
  saveAll(points: ReadonlyMap<RolloutId, string>): void;
  /** @throws SerinError `store-failed` */
  read(rollout: RolloutId): string | undefined;
  /** What it looked like when it was last measured. @throws SerinError `store-failed` */
  saveLastLook(rollout: RolloutId, look: string): void;
  /** @throws SerinError `store-failed` */
  readLastLook(rollout: RolloutId): string | undefined;
}
