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

/** Copies a share of a model's requests to its canary. */
export interface Shadowing {
  start(model: ServedModel, percent: Percent, tolerance: ScoreTolerance | undefined): void;
  stop(model: ServedModel): void;
}

/** The router inside this process: each request is drawn, or hashed, by the gateway. */
export class InProcessRouter implements Router {
  readonly capabilities: RouterCapabilities = {
    shadow: true,
    sticky: ['header', 'cookie', 'field'],
    minimumWeight: toPercent(0.001),
    verify: true,
  };

  constructor(
    private readonly deployments: Deployments,
    private readonly shadowing: Shadowing,
  ) {}

  async setWeight(model: ModelName, weight: Percent): Promise<void> {
    const rollout = this.deployments.state(model)?.canary?.rollout;
    // Without a canary of a rollout there is nothing that could have traffic to be taken away.
    if (rollout === undefined && weight === 0) return;
    if (rollout === undefined) throw new SerinError('no-canary');
    const asked = { who: `rollout ${rollout}`, why: 'the step of the rollout' };
    await this.deployments.setWeight(model, weight, asked);
  }

  weightInForce(model: ModelName): Promise<Percent> {
    const isRollouts = this.deployments.state(model)?.canary?.rollout !== undefined;
    const served = this.deployments.model(model);
    const has = isRollouts && served.canary !== undefined;
    return Promise.resolve(has ? served.split.weight : toPercent(0));
  }

  startShadow(model: ModelName, percent: Percent, scoreTolerance?: Share): Promise<void> {
    const tolerance =
      scoreTolerance === undefined
        ? undefined
        : { ...defaultScoreTolerance, relative: scoreTolerance };
    this.shadowing.start(this.deployments.model(model), percent, tolerance);
    return Promise.resolve();
  }

  stopShadow(model: ModelName): Promise<void> {
    this.shadowing.stop(this.deployments.model(model));
    return Promise.resolve();
  }
}
