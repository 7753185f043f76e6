import { isDeepStrictEqual } from 'node:util';
import { readJudgeSettings } from '../analysis/read-judge-settings.js';
import type { Arm } from '../domain/arm.js';
import {
  isSameVersion,
  toVersionRef,
  type Deployment,
  type DeploymentEvent,
  type VersionRef,
} from '../domain/deployment.js';
import { SerinError, toSerinError } from '../domain/errors.js';
import type { NginxFront } from '../domain/front.js';
import type { ModelName } from '../domain/ids.js';
import { toPercent, type Percent } from '../domain/share.js';
import type { Version } from '../domain/version.js';
import type { FaultPlan } from '../serving/faults.js';
import { notLoaded } from '../serving/gateway/not-loaded.js';
import type { ServedModel } from '../serving/gateway/served-model.js';
import { InTurn } from './in-turn.js';
import { ClosingArms } from './closing-arms.js';
import { DeploymentBook, type Asked } from './deployment-book.js';
import type { CanaryRequest, DeploymentsOptions } from './deployment-ports.js';
import { KeptArms } from './kept-arms.js';
import { refuseSameOrUnfit } from './refuse-unfit-canary.js';
import { ServedModels } from './served-models.js';
import { takeUpModel } from './take-up-model.js';

/**
 * The arms of every model: what is stable, what is canary, and the canary's weight. Every change is
 * appended to the log before users can see it; a roll-back is the exception: traffic leaves the
 * canary first. Changes of one model wait for each other.
 */
export class Deployments {
  readonly #served = new ServedModels();
  readonly #turns = new InTurn<ModelName>();
  readonly #book: DeploymentBook;
  readonly #closing: ClosingArms;
  readonly #kept = new KeptArms((arm) => this.#closing.closeLater(arm));

  constructor(private readonly options: DeploymentsOptions) {
    this.#book = new DeploymentBook(options.log, options.wallMs);
    this.#closing = new ClosingArms(options);
  }

  /** Takes up every model where the log left it, and starts those that are new. */
  async resume(): Promise<void> {
    const names = new Set([...(await this.options.versions.models()), ...this.#book.models()]);
    await Promise.all(
      [...names].map((name) =>
        this.#turns
          .run(name, () => this.#takeUp(name))
          .catch((thrown: unknown) => {
            const error = toSerinError(thrown);
            this.#served.fail(name, error);
            this.options.warn(`${name} is not served`, { ...error.toBody() });
          }),
      ),
    );
  }

  models(): readonly ServedModel[] {
    return this.#served.all();
  }

  /** @throws SerinError `model-not-found` */
  model(name: string): ServedModel {
    return this.#served.get(name);
  }

  state(name: ModelName): Deployment | undefined {
    return this.#book.state(name);
  }

  /** Why a model is not served, by its name. */
  failures(): ReadonlyMap<ModelName, SerinError> {
    return this.#served.failures;
  }

  history(name: ModelName, limit: number): readonly DeploymentEvent[] {
    return this.#book.history(name, limit);
  }

  /**
   * Loads a version and gives it the weight. Repeated for a rollout whose canary it is already, it
   * changes nothing.
   * @throws SerinError `canary-exists`, `canary-is-stable`, `signature-mismatch`, or why it did not load
   */
  deployCanary(version: Version, request: CanaryRequest): Promise<ServedModel> {
    const name = version.model;
    return this.#turns.run(name, async () => {
      const model = this.model(name);
      const state = this.#book.state(name);
      if (state?.canary !== undefined) {
        const { rollout, version: known } = state.canary;
        const isThere = rollout === request.rollout && isSameVersion(known, toVersionRef(version));
        if (rollout !== undefined && isThere && model.canary !== undefined) {
          await this.#follow(model);
          return model;
        }
        throw new SerinError('canary-exists', { found: state.canary.version.version });
      }
      if (model.stable === undefined) throw notLoaded(model);
      refuseSameOrUnfit(model.stable.upstream.version, version);
      // Settings that cannot be used are refused before anything is loaded.
      readJudgeSettings(request.judging ?? {});
      const canary = await this.options.launch(version);
      if (!canary.upstream.isReady()) {
        this.#closing.closeLater(canary);
        throw new SerinError('upstream-unavailable', {
          expected: 'a canary that answers',
          found: `no answer from ${version.version}`,
        });
      }
      const { weight, judging = {}, sticky = this.options.defaultSticky, rollout } = request;
      try {
        this.#book.append(name, request, {
          type: 'canary-deployed',
          canary: toVersionRef(version),
          weight,
          ...(sticky === undefined ? {} : { sticky }),
          ...(rollout === undefined ? {} : { rollout }),
        });
      } catch (thrown) {
        this.#closing.closeLater(canary);
        throw thrown;
      }
      model.canary = canary;
      model.split.sticky = sticky;
      model.split.setWeight(weight);
      this.options.comparing.begin(model, judging, rollout);
      await this.#follow(model);
      return model;
    });
  }

  setWeight(name: ModelName, weight: Percent, asked: Asked): Promise<ServedModel> {
    return this.#turns.run(name, async () => {
      const model = this.#modelWithCanary(name);
      // Users first: should the log fail, the canary has less all the same.
      if (weight < model.split.weight) {
        model.split.setWeight(weight);
        await this.#follow(model);
      }
      this.#book.append(name, asked, { type: 'weight-set', weight });
      model.split.setWeight(weight);
      this.options.comparing.weightChanged(model);
      await this.#follow(model);
      return model;
    });
  }

  /**
   * Canary becomes stable; the old stable finishes what it has and goes, or is kept loaded.
   * @throws SerinError `no-canary`, `upstream-unavailable`, `store-failed`
   */
  promote(
    name: ModelName,
    asked: Asked,
    { keepOld = false } = {},
  ): Promise<{ before: VersionRef; after: VersionRef }> {
    return this.#turns.run(name, async () => {
      const model = this.#modelWithCanary(name);
      if (model.canary?.upstream.isReady() !== true) {
        throw new SerinError('upstream-unavailable', {
          expected: 'a canary that answers',
          found: 'one that does not: it would take all traffic',
        });
      }
      const before = this.#stateOf(name).stable;
      this.#book.append(name, asked, { type: 'promoted' });
      const old = model.stable;
      model.stable = model.canary;
      withoutCanary(model);
      this.options.comparing.end(model);
      if (keepOld && old !== undefined) this.#kept.keep(name, old);
      else this.#closing.closeLater(old);
      await this.#follow(model);
      return { before, after: this.#stateOf(name).stable };
    });
  }

  /**
   * Makes the version that was stable before the stable one again; at once where it is kept loaded.
   * The one that was stable until now goes.
   * @throws SerinError `canary-exists`, or why the version cannot be loaded
   */
  goBackTo(version: Version, asked: Asked): Promise<void> {
    const name = version.model;
    return this.#turns.run(name, async () => {
      const model = this.model(name);
      const ref = toVersionRef(version);
      const state = this.#stateOf(name);
      if (isSameVersion(state.stable, ref)) {
        await this.#follow(model);
        return;
      }
      if (state.canary !== undefined) {
        throw new SerinError('canary-exists', { found: state.canary.version.version });
      }
      const arm = this.#kept.take(name, ref) ?? (await this.options.launch(version));
      try {
        this.#book.append(name, asked, { type: 'stable-chosen', stable: ref });
      } catch (thrown) {
        this.#kept.keep(name, arm);
        throw thrown;
      }
      const old = model.stable;
      model.stable = arm;
      this.#closing.closeLater(old);
      await this.#follow(model);
    });
  }

  /** Brings in force in front of a model what is not yet. @throws SerinError why it is not */
  follow(name: ModelName): Promise<void> {
    return this.#turns.run(name, () => this.#follow(this.model(name)));
  }

  /**
   * Makes a version stable of a model that nobody has served yet.
   * @throws SerinError why it does not load
   */
  serveFirst(version: Version, asked: Asked): Promise<void> {
    const name = version.model;
    return this.#turns.run(name, async () => {
      if (this.#book.state(name) !== undefined) return;
      const model = this.options.newModel(name);
      const stable = await this.options.launch(version);
      try {
        this.#book.append(name, asked, { type: 'stable-chosen', stable: toVersionRef(version) });
      } catch (thrown) {
        this.#closing.closeLater(stable);
        throw thrown;
      }
      model.stable = stable;
      this.#served.add(model);
    });
  }

  /**
   * Puts a front before a model, or gives the one that is there other settings.
   * @throws SerinError why it cannot serve; then everything is as it was
   */
  putFront(name: ModelName, front: NginxFront, asked: Asked): Promise<void> {
    return this.#turns.run(name, async () => {
      const model = this.model(name);
      const before = this.#stateOf(name).front;
      await this.options.fronting?.follow(model, front);
      if (isDeepStrictEqual(before, front)) return;
      try {
        this.#book.append(name, asked, { type: 'fronted', front });
      } catch (thrown) {
        if (before === undefined) await this.options.fronting?.remove(name);
        throw thrown;
      }
    });
  }

  /** Keeps a version loaded that is not stable any more, beside the arms. */
  keepWarm(version: Version): Promise<void> {
    const name = version.model;
    return this.#turns.run(name, async () => {
      const ref = toVersionRef(version);
      if (this.#kept.has(name, ref) || isSameVersion(this.#stateOf(name).stable, ref)) return;
      this.#kept.keep(name, await this.options.launch(version));
    });
  }

  /** Frees a version that is kept loaded. */
  letKeptGo(version: Version): Promise<void> {
    return this.#turns.run(version.model, () => {
      if (this.#kept.has(version.model, toVersionRef(version))) this.#kept.letGo(version.model);
    });
  }

  /** What is loaded of a model: its arms, and the version that is kept warm. */
  loaded(name: ModelName): readonly Version[] {
    const { stable, canary } = this.model(name);
    return [stable, canary, this.#kept.of(name)].flatMap((arm) =>
      arm === undefined ? [] : [arm.upstream.version],
    );
  }

  /** The canary gets nothing any more, from this moment on. */
  rollBack(name: ModelName, asked: Asked): Promise<VersionRef> {
    return this.#turns.run(name, async () => {
      const model = this.#modelWithCanary(name);
      const canary = model.canary;
      const rolledBack = this.#stateOf(name).canary?.version;
      // Users first: should the log fail, they are safe from the canary all the same.
      withoutCanary(model);
      this.options.comparing.end(model);
      this.#closing.closeLater(canary);
      try {
        this.#book.append(name, asked, { type: 'rolled-back' });
      } finally {
        await this.#follow(model);
      }
      if (rolledBack === undefined) throw new SerinError('no-canary');
      return rolledBack;
    });
  }

  /** Stops everything of a model; nothing answers for it until it is loaded again. */
  unload(name: ModelName, asked: Asked): Promise<void> {
    return this.#turns.run(name, async () => {
      const model = this.model(name);
      if (model.canary !== undefined) throw new SerinError('stable-unloadable');
      this.#book.append(name, asked, { type: 'unloaded' });
      const stable = model.stable;
      model.stable = undefined;
      this.#closing.closeLater(stable);
      await this.options.fronting?.remove(name);
    });
  }

  /** Loads a model that was unloaded, failed before, or is new on the disk. */
  load(name: ModelName, asked: Asked): Promise<ServedModel> {
    return this.#turns.run(name, async () => {
      if (this.#book.state(name)?.loaded === false)
        this.#book.append(name, asked, { type: 'loaded' });
      await this.#takeUp(name);
      return this.model(name);
    });
  }

  /** Keeps in the audit log what was made to go wrong, and by whom. */
  recordFault(name: ModelName, arm: Arm, plan: FaultPlan | 'crash', asked: Asked): void {
    this.#book.append(name, asked, { type: 'fault-injected', arm, plan: JSON.stringify(plan) });
  }

  /** Lets what is under way finish, and stops every runner. */
  async close(): Promise<void> {
    await this.#turns.settled();
    // What is in front goes before what is behind it.
    await this.options.fronting?.close();
    // A copy that fails as its arm closes says nothing of the canary.
    for (const model of this.models()) model.shadow = undefined;
    await Promise.allSettled(
      this.models().flatMap(({ stable, canary }) =>
        [stable, canary].flatMap((arm) => (arm === undefined ? [] : [arm.upstream.close()])),
      ),
    );
    await Promise.allSettled(this.#kept.all().map(({ upstream }) => upstream.close()));
    await this.#closing.settled();
    this.options.log.close();
  }

  async #takeUp(name: ModelName): Promise<void> {
    const model = this.#served.find(name) ?? this.options.newModel(name);
    if (!(await takeUpModel(model, this.options, this.#book))) throw this.#served.notFound(name);
    this.#served.add(model);
    // The gateway serves it in any case, and the front is tried again (`LiveRollouts.look`).
    await this.#follow(model).catch((thrown: unknown) => {
      this.options.warn(`the NGINX of ${name} does not serve`, {
        ...toSerinError(thrown).toBody(),
      });
    });
  }

  async #follow(model: ServedModel): Promise<void> {
    const front = this.#book.state(model.name)?.front;
    if (front !== undefined) await this.options.fronting?.follow(model, front);
  }

  #modelWithCanary(name: ModelName): ServedModel {
    const model = this.model(name);
    if (this.#book.state(name)?.canary === undefined) throw new SerinError('no-canary');
    return model;
  }

  #stateOf(name: ModelName): Deployment {
    const state = this.#book.state(name);
    if (state === undefined) throw this.#served.notFound(name);
    return state;
  }
}

/** The next request is stable's. */
function withoutCanary(model: ServedModel): void {
  model.split.setWeight(toPercent(0));
  model.split.sticky = undefined;
  model.shadow = undefined;
  model.canary = undefined;
}
