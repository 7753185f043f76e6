import { heldStrategy, type HeldCanary } from '../../config/held-strategy.js';
import { SerinError } from '../../domain/errors.js';
import type { ModelName } from '../../domain/ids.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import type { Percent } from '../../domain/share.js';
import type { Asked } from '../../rollout/deployment-book.js';
import type { LiveRollouts } from '../../rollout/live/live-rollouts.js';
import type { Request } from '../../rollout/machine/events.js';
import type { Rollout } from '../../rollout/machine/state.js';

/** What was asked for is in force within this time, or the caller is told so. */
const inForceWithinMs = 10_000;
/** A model of many gigabytes takes a while to be read, and to be warm. */
const loadedWithinMs = 600_000;

/**
 * The actions of a model's rollout, for callers who know models and no rollouts. Each resolves when
 * it is in force, and with false where the model has no rollout.
 */
export class AliasesOfRollouts {
  constructor(private readonly rollouts: LiveRollouts) {}

  /**
   * A rollout that holds the canary at one weight. Resolves when it has it.
   * @throws SerinError why it did not load, and as `LiveRollouts.start`
   */
  async deploy(held: HeldCanary, { who, why }: Asked): Promise<RolloutId> {
    const { controller, loadFailures } = this.rollouts;
    const id = await this.rollouts.start(heldStrategy(held), who, why);
    const ended = this.#holds(id, held.weight);
    const failed = await Promise.race([loadFailures.of(id), ended]);
    if (failed === undefined) return id;
    if (failed.retriable) {
      // Whoever waits is told at once, and asks again himself; it is not tried behind his back.
      const gaveUp = `The canary could not be loaded: ${failed.message}`;
      await controller.request(id, { type: 'abort-requested', by: who, why: gaveUp });
    } else {
      await ended;
    }
    throw failed;
  }

  /** Resolves when the canary of a rollout has its weight, with why where it never gets any. */
  async #holds(id: RolloutId, weight: Percent): Promise<SerinError | undefined> {
    const { phase, confirmed } = await this.rollouts.until(
      id,
      ({ step, awaited, phase: { kind } }) =>
        (step >= 0 && awaited === undefined) || kind === 'failed' || kind === 'aborted',
      loadedWithinMs,
    );
    // A router that gives it up leaves the rollout paused, with what it had before.
    if (confirmed === weight || !('why' in phase)) return undefined;
    return new SerinError('action-not-possible', { found: phase.why });
  }

  setWeight(model: ModelName, weight: Percent, asked: Asked): Promise<boolean> {
    return this.#ask(
      model,
      { type: 'weight-requested', weight, ...by(asked) },
      (rollout) => rollout.awaited === undefined && rollout.confirmed === weight,
    );
  }

  promote(model: ModelName, asked: Asked): Promise<boolean> {
    return this.#ask(
      model,
      { type: 'promote-requested', ...by(asked) },
      ({ phase }) => phase.kind === 'promoted',
    );
  }

  /** Also after promotion, while the version before is kept warm. */
  rollBack(model: ModelName, asked: Asked): Promise<boolean> {
    return this.#ask(
      model,
      { type: 'roll-back-requested', ...by(asked) },
      ({ phase }) => phase.kind === 'rolled-back' || phase.kind === 'aborted',
      (rollouts) => rollouts.toGoBackFrom(model),
    );
  }

  async #ask(
    model: ModelName,
    request: Request,
    isInForce: (rollout: Rollout) => boolean,
    otherwise: (rollouts: LiveRollouts) => Promise<RolloutId | undefined> = nothing,
  ): Promise<boolean> {
    const id = (await this.rollouts.activeOf(model)) ?? (await otherwise(this.rollouts));
    if (id === undefined) return false;
    await this.rollouts.request(id, request);
    await this.rollouts.until(id, isInForce, inForceWithinMs);
    return true;
  }
}

function nothing(): Promise<undefined> {
  return Promise.resolve(undefined);
}

function by({ who, why }: Asked) {
  return { by: who, why };
}
