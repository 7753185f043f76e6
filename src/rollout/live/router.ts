import { SerinError } from '../../domain/errors.js';
import type { ModelName } from '../../domain/ids.js';
import type { RouterCapabilities } from '../../domain/router-capabilities.js';
import { toPercent, type Percent, type Share } from '../../domain/share.js';
import {
  defaultScoreTolerance,
  type ScoreTolerance,
} from '../../serving/gateway/shadow-agreement.js';
import type { ServedModel } from '../../serving/gateway/served-model.js';
import type { Router } from '../../traffic/router.js';
import type { Deployments } from '../deployments.js';
import type { Fronts } from './fronts.js';

/** Copies a share of a model's requests to its canary. */
export interface Shadowing {
  start(model: ServedModel, percent: Percent, tolerance: ScoreTolerance | undefined): void;
  stop(model: ServedModel): void;
}

/**
 * The router of all models: each is split by its front, where it has one, and else inside this
 * process, where each request is drawn, or hashed, by the gateway.
 */
export class LiveRouter implements Router {
  /** Of the gateway; what a front cannot do of it, its own capabilities say. */
  readonly capabilities: RouterCapabilities = {
    shadow: true,
    sticky: ['header', 'cookie', 'field'],
    minimumWeight: toPercent(0.001),
    verify: true,
  };

  constructor(
    private readonly deployments: Deployments,
    private readonly fronts: Fronts,
    private readonly shadowing: Shadowing,
  ) {}

  async setWeight(model: ModelName, weight: Percent): Promise<void> {
    const rollout = this.deployments.state(model)?.canary?.rollout;
    // Without a canary of a rollout there is nothing that could have traffic to be taken away.
    if (rollout === undefined && weight === 0) return;
    if (rollout === undefined) throw new SerinError('no-canary');
    const asked = { who: `rollout ${rollout}`, why: 'the step of the rollout' };
    await this.deployments.canaries.setWeight(model, weight, asked);
  }

  async weightInForce(model: ModelName): Promise<Percent> {
    const state = this.deployments.state(model);
    const served = this.deployments.model(model);
    if (state?.canary?.rollout === undefined || served.canary === undefined) return toPercent(0);
    if (state.front === undefined) return served.split.weight;
    return this.fronts.require(model).router.weightInForce(model);
  }

  async startShadow(model: ModelName, percent: Percent, scoreTolerance?: Share): Promise<void> {
    if (this.#isFronted(model)) {
      await this.fronts.require(model).router.startShadow(model, percent);
      return;
    }
    const tolerance =
      scoreTolerance === undefined
        ? undefined
        : { ...defaultScoreTolerance, relative: scoreTolerance };
    this.shadowing.start(this.deployments.model(model), percent, tolerance);
  }

  async stopShadow(model: ModelName): Promise<void> {
    if (this.#isFronted(model)) await this.fronts.require(model).router.stopShadow(model);
    else this.shadowing.stop(this.deployments.model(model));
  }

  #isFronted(model: ModelName): boolean {
    return this.deployments.state(model)?.front !== undefined;
  }
}
