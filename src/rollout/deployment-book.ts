import {
  applyDeploymentEvent,
  type Deployment,
  type DeploymentEvent,
} from '../domain/deployment.js';
import type { ModelName } from '../domain/ids.js';
import type { DeploymentLog } from '../store/deployment-log.js';

/** Who asked for a change, and why: kept for ever in the audit log. */
export interface Asked {
  readonly who: string;
  readonly why: string;
}

type Particulars<E> = E extends DeploymentEvent ? Omit<E, 'model' | 'atMs' | 'who' | 'why'> : never;

/** The deployment log, and what it says of every model now. */
export class DeploymentBook {
  readonly #states = new Map<ModelName, Deployment>();

  constructor(
    private readonly log: DeploymentLog,
    private readonly wallMs: () => number,
  ) {
    for (const event of log.readAll()) this.#apply(event);
  }

  models(): ModelName[] {
    return [...this.#states.keys()];
  }

  state(model: ModelName): Deployment | undefined {
    return this.#states.get(model);
  }

  history(model: ModelName, limit: number): readonly DeploymentEvent[] {
    return this.log.readNewest(model, limit);
  }

  /**
   * Writes down what happens; durable when this returns.
   * @throws SerinError `store-failed`; then the state is what it was
   */
  append(model: ModelName, { who, why }: Asked, particulars: Particulars<DeploymentEvent>): void {
    const event = { ...particulars, model, atMs: this.wallMs(), who, why };
    this.log.append(event);
    this.#apply(event);
  }

  #apply(event: DeploymentEvent): void {
    const state = applyDeploymentEvent(this.#states.get(event.model), event);
    if (state !== undefined) this.#states.set(event.model, state);
  }
}
