import type { RolloutId } from '../domain/rollout-id.js';

/** Where the reports of rollouts' gates are kept, as JSON: the newest of each gate. */
export interface GateReports {
  /** @throws SerinError `store-failed` */
  save(rollout: RolloutId, gate: string, report: string): void;
  /** By the gate's name. @throws SerinError `store-failed` */
  read(rollout: RolloutId): ReadonlyMap<string, string>;
}
