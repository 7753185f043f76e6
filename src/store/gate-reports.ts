import type { RolloutId } from '../domain/rollout-id.js';

/** Where the reports of rollouts' gates are kept, as JSON: the newest of each gate. */
export interface GateReports {
  /** @throws SerinError `store-failed` */
  save(rollout: RolloutId, gate: string, report: string): void;
  /**
   * When each gate's report was begun, in milliseconds since 1970, by the gate's name.
   * @throws SerinError `store-failed`
   */
  begun(rollout: RolloutId): ReadonlyMap<string, number>;
  /** By the gate's name. @throws SerinError `store-failed` */
  read(rollout: RolloutId): ReadonlyMap<string, string>;
}
