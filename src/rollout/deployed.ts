import type { Deployment } from '../domain/deployment.js';
import { SerinError, toSerinError } from '../domain/errors.js';
import type { ModelName } from '../domain/ids.js';
import type { ServedModel } from '../serving/gateway/served-model.js';
import { ClosingArms } from './closing-arms.js';
import { DeploymentBook } from './deployment-book.js';
import type { DeploymentsOptions } from './deployment-ports.js';
import { InTurn } from './in-turn.js';
import { KeptArms } from './kept-arms.js';
import { ServedModels } from './served-models.js';
import { takeUpModel } from './take-up-model.js';

/**
 * The models as they are deployed: what the log says of each, what is loaded of it, and what stands
 * in front of it. Whoever changes a model waits for its turn.
 */
export class Deployed {
  readonly served = new ServedModels();
  readonly book: DeploymentBook;
  readonly closing: ClosingArms;
  readonly kept = new KeptArms((arm) => this.closing.closeLater(arm));
  readonly #turns = new InTurn<ModelName>();

  constructor(readonly options: DeploymentsOptions) {
    this.book = new DeploymentBook(options.log, options.wallMs);
    this.closing = new ClosingArms(options);
  }

  /** Changes of one model wait for each other, in the order in which they were asked for. */
  inTurn<T>(name: ModelName, change: () => T | Promise<T>): Promise<T> {
    return this.#turns.run(name, change);
  }

  /** Resolves when every change that was asked for until now is done or has failed. */
  settled(): Promise<void> {
    return this.#turns.settled();
  }

  /** @throws SerinError `model-not-found`, `no-canary` */
  modelWithCanary(name: ModelName): ServedModel {
    const model = this.served.get(name);
    if (this.book.state(name)?.canary === undefined) throw new SerinError('no-canary');
    return model;
  }

  /** @throws SerinError `model-not-found` */
  stateOf(name: ModelName): Deployment {
    const state = this.book.state(name);
    if (state === undefined) throw this.served.notFound(name);
    return state;
  }

  /** Brings in force in front of a model what is not yet. @throws SerinError why it is not */
  async follow(model: ServedModel): Promise<void> {
    const front = this.book.state(model.name)?.front;
    if (front !== undefined) await this.options.fronting?.follow(model, front);
  }

  /** Starts what the log says of a model. @throws SerinError why its stable cannot be served */
  async takeUp(name: ModelName): Promise<void> {
    const model = this.served.find(name) ?? this.options.newModel(name);
    if (!(await takeUpModel(model, this.options, this.book))) throw this.served.notFound(name);
    this.served.add(model);
    // The gateway serves it in any case, and the front is tried again (`LiveRollouts.look`).
    await this.follow(model).catch((thrown: unknown) => {
      this.options.warn(`the NGINX of ${name} does not serve`, {
        ...toSerinError(thrown).toBody(),
      });
    });
  }
}
