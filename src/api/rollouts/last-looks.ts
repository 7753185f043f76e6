import type { RolloutId } from '../../domain/rollout-id.js';
import type { LiveRollouts } from '../../rollout/live/live-rollouts.js';
import { isActive } from '../../rollout/machine/waiting.js';
import type { Rollout } from '../../rollout/machine/state.js';
import type { Comparisons } from '../../observing/comparisons.js';
import type { Deployments } from '../../rollout/deployments.js';
import { measuredBody, type MeasuredBody, type Measurement } from './measured.js';

export interface LastLooksOptions {
  readonly rollouts: LiveRollouts;
  readonly comparisons: Comparisons;
  readonly deployments: Deployments;
}

/**
 * What rollouts looked like when both of their arms were last compared, so that the numbers behind
 * a decision are there for whoever comes after it. Stored when the rollout ends.
 */
export class LastLooks {
  /** Of rollouts that go on; a look is a few references, and is put into words when it is wanted. */
  readonly #looks = new Map<RolloutId, Measurement>();

  constructor(private readonly options: LastLooksOptions) {
    const { rollouts, comparisons, deployments } = options;
    rollouts.onLook(({ of, stretch }, verdict) => {
      const comparison = comparisons.of(deployments.model(of.strategy.model));
      // At 100% there is nothing to compare with, and nothing to see that was not seen before.
      if (comparison === undefined || (stretch.weight === 100 && !stretch.shadow)) return;
      this.#looks.set(of.rolloutId, { verdict, comparison });
    });
    rollouts.controller.onChange((rollout) => {
      if (!isActive(rollout)) this.#store(rollout);
    });
  }

  /** @throws SerinError `store-failed` */
  of({ id, strategy }: Rollout): MeasuredBody | undefined {
    const look = this.#looks.get(id);
    if (look !== undefined) return measuredBody(strategy, look);
    const stored = this.options.rollouts.timelines.lastLook(id);
    return stored === undefined ? undefined : readLook(stored);
  }

  #store({ id, strategy }: Rollout): void {
    const look = this.#looks.get(id);
    if (look === undefined) return;
    const text = JSON.stringify(measuredBody(strategy, look));
    // What could not be stored stays in memory for as long as the server runs.
    if (this.options.rollouts.timelines.keepLastLook(id, text)) this.#looks.delete(id);
  }
}

/** Written by `#store`, perhaps of a Serin that did not compare copies in pairs. */
function readLook(stored: string): MeasuredBody {
  const look = JSON.parse(stored) as MeasuredBody;
  return look.shadow === null
    ? look
    : { ...look, shadow: { ...look.shadow, paired: look.shadow.paired ?? null } };
}
