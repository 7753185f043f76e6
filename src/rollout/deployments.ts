import { isDeepStrictEqual } from 'node:util';
import type { Arm } from '../domain/arm.js';
import type { Deployment, DeploymentEvent } from '../domain/deployment.js';
import { toSerinError, type SerinError } from '../domain/errors.js';
import type { NginxFront } from '../domain/front.js';
import type { ModelName } from '../domain/ids.js';
import type { FaultPlan } from '../serving/faults.js';
import type { ServedModel } from '../serving/gateway/served-model.js';
import { CanaryChanges } from './canary-changes.js';
import { Deployed } from './deployed.js';
import type { Asked } from './deployment-book.js';
import type { DeploymentsOptions } from './deployment-ports.js';
import { StableChanges } from './stable-changes.js';

/**
 * The arms of every model: what is stable, what is canary, and the canary's weight. Every change is
 * appended to the log before users can see it; changes of one model wait for each other.
 */
export class Deployments {
  readonly canaries: CanaryChanges;
  readonly stables: StableChanges;
  readonly #deployed: Deployed;

  constructor(private readonly options: DeploymentsOptions) {
    this.#deployed = new Deployed(options);
    this.canaries = new CanaryChanges(this.#deployed);
    this.stables = new StableChanges(this.#deployed);
  }

  /** Takes up every model where the log left it, and starts those that are new. */
  async resume(): Promise<void> {
    const names = new Set([
      ...(await this.options.versions.models()),
      ...this.#deployed.book.models(),
    ]);
    await Promise.all(
      [...names].map((name) =>
        this.#deployed
          .inTurn(name, () => this.#deployed.takeUp(name))
          .catch((thrown: unknown) => {
            const error = toSerinError(thrown);
            this.#deployed.served.fail(name, error);
            this.options.warn(`${name} is not served`, { ...error.toBody() });
          }),
      ),
    );
  }

  models(): readonly ServedModel[] {
    return this.#deployed.served.all();
  }

  /** @throws SerinError `model-not-found` */
  model(name: string): ServedModel {
    return this.#deployed.served.get(name);
  }

  state(name: ModelName): Deployment | undefined {
    return this.#deployed.book.state(name);
  }

  /** Why a model is not served, by its name. */
  failures(): ReadonlyMap<ModelName, SerinError> {
    return this.#deployed.served.failures;
  }

  history(name: ModelName, limit: number): readonly DeploymentEvent[] {
    return this.#deployed.book.history(name, limit);
  }

  /** Brings in force in front of a model what is not yet. @throws SerinError why it is not */
  follow(name: ModelName): Promise<void> {
    return this.#deployed.inTurn(name, () =>
      this.#deployed.follow(this.#deployed.served.get(name)),
    );
  }

  /**
   * Puts a front before a model, or gives the one that is there other settings.
   * @throws SerinError why it cannot serve; then everything is as it was
   */
  putFront(name: ModelName, front: NginxFront, asked: Asked): Promise<void> {
    return this.#deployed.inTurn(name, async () => {
      const model = this.#deployed.served.get(name);
      const before = this.#deployed.stateOf(name).front;
      await this.options.fronting?.follow(model, front);
      if (isDeepStrictEqual(before, front)) return;
      try {
        this.#deployed.book.append(name, asked, { type: 'fronted', front });
      } catch (thrown) {
        if (before === undefined) await this.options.fronting?.remove(name);
        throw thrown;
      }
    });
  }

  /** Keeps in the audit log what was made to go wrong, and by whom. */
  recordFault(name: ModelName, arm: Arm, plan: FaultPlan | 'crash', asked: Asked): void {
    this.#deployed.book.append(name, asked, {
      type: 'fault-injected',
      arm,
      plan: JSON.stringify(plan),
    });
  }

  /** Lets what is under way finish, and stops every runner. */
  async close(): Promise<void> {
    await this.#deployed.settled();
    // What is in front goes before what is behind it.
    await this.options.fronting?.close();
    // A copy that fails as its arm closes says nothing of the canary.
    for (const model of this.models()) model.shadow = undefined;
    await Promise.allSettled(
      this.models().flatMap(({ stable, canary }) =>
        [stable, canary].flatMap((arm) => (arm === undefined ? [] : [arm.upstream.close()])),
      ),
    );
    await Promise.allSettled(this.#deployed.kept.all().map(({ upstream }) => upstream.close()));
    await this.#deployed.closing.settled();
    this.options.log.close();
  }
}
