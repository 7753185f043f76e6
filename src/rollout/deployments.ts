import { readJudgeSettings, type PartialJudgeSettings } from '../analysis/read-judge-settings.js';
import type { Arm } from '../domain/arm.js';
import type { Deployment, DeploymentEvent, VersionRef } from '../domain/deployment.js';
import { SerinError, toSerinError } from '../domain/errors.js';
import type { ModelName } from '../domain/ids.js';
import { toPercent, type Percent } from '../domain/share.js';
import type { StickyKey } from '../domain/sticky-key.js';
import type { Version } from '../domain/version.js';
import type { FaultPlan } from '../serving/faults.js';
import { notLoaded } from '../serving/gateway/not-loaded.js';
import type { ServedArm, ServedModel } from '../serving/gateway/served-model.js';
import type { DeploymentLog } from '../store/deployment-log.js';
import { InTurn } from './in-turn.js';
import { DeploymentBook, type Asked } from './deployment-book.js';
import { refuseSameOrUnfit } from './refuse-unfit-canary.js';

/** Versions, wherever they come from. */
export interface VersionSource {
  /** Finds a remembered version again. */
  find(model: ModelName, ref: VersionRef): Promise<Version>;
  /** The version that was named for a model at the server's start; undefined when none was. */
  named(model: ModelName): Promise<Version | undefined>;
  /** The version to start a model with that has no state yet; undefined when it has none. */
  first(model: ModelName): Promise<Version | undefined>;
  models(): Promise<readonly ModelName[]>;
}

/** Who compares the arms, and is told when they or the weight are others than before. */
export interface Comparing {
  begin(model: ServedModel, settings: PartialJudgeSettings): void;
  weightChanged(model: ServedModel): void;
  /** The canary was there before this server started. */
  resume(model: ServedModel): void;
  end(model: ServedModel): void;
}

export interface DeploymentsOptions {
  readonly log: DeploymentLog;
  readonly versions: VersionSource;
  /** Starts what answers for a version; resolves when it is ready and warm. */
  readonly launch: (version: Version) => Promise<ServedArm>;
  /** Makes the (empty) model that the gateway routes to. */
  readonly newModel: (name: ModelName) => ServedModel;
  readonly comparing: Comparing;
  /** What keeps users on one arm where a deployment names nothing. */
  readonly defaultSticky: StickyKey | undefined;
  readonly wallMs: () => number;
  /** Told of what a person should know but nobody waits for. */
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

export interface CanaryRequest extends Asked {
  readonly weight: Percent;
  readonly sticky?: StickyKey;
  /** How the canary is judged; the defaults where it is left out. */
  readonly judging?: PartialJudgeSettings;
}

/**
 * The arms of every model: what is stable, what is canary, and the canary's weight. Every change is
 * appended to the log before users can see it; a roll-back is the exception: traffic leaves the
 * canary first. Changes of one model wait for each other.
 */
export class Deployments {
  #models = new Map<ModelName, ServedModel>();
  readonly #failures = new Map<ModelName, SerinError>();
  readonly #turns = new InTurn<ModelName>();
  readonly #book: DeploymentBook;

  constructor(private readonly options: DeploymentsOptions) {
    this.#book = new DeploymentBook(options.log, options.wallMs);
  }

  /** Takes up every model where the log left it, and starts those that are new. */
  async resume(): Promise<void> {
    const names = new Set([...(await this.options.versions.models()), ...this.#book.models()]);
    await Promise.all(
      [...names].map((name) =>
        this.#turns
          .run(name, () => this.#resumeModel(name))
          .catch((thrown: unknown) => {
            const error = toSerinError(thrown);
            this.#failures.set(name, error);
            this.options.warn(`${name} is not served`, { ...error.toBody() });
          }),
      ),
    );
  }

  models(): readonly ServedModel[] {
    return [...this.#models.values()];
  }

  /** @throws SerinError `model-not-found` */
  model(name: string): ServedModel {
    const model = this.#models.get(name as ModelName);
    if (model !== undefined) return model;
    throw this.#failures.get(name as ModelName) ?? this.#notFound(name);
  }

  state(name: ModelName): Deployment | undefined {
    return this.#book.state(name);
  }

  /** Why a model is not served, by its name. */
  failures(): ReadonlyMap<ModelName, SerinError> {
    return this.#failures;
  }

  history(name: ModelName, limit: number): readonly DeploymentEvent[] {
    return this.#book.history(name, limit);
  }

  /**
   * Loads a version and gives it the weight.
   * @throws SerinError `canary-exists`, `canary-is-stable`, `signature-mismatch`, or why it did not load
   */
  deployCanary(version: Version, request: CanaryRequest): Promise<ServedModel> {
    const name = version.model;
    return this.#turns.run(name, async () => {
      const model = this.model(name);
      const state = this.#book.state(name);
      if (state?.canary !== undefined) {
        throw new SerinError('canary-exists', { found: state.canary.version.version });
      }
      if (model.stable === undefined) throw notLoaded(model);
      refuseSameOrUnfit(model.stable.upstream.version, version);
      // Settings that cannot be used are refused before anything is loaded.
      readJudgeSettings(request.judging ?? {});
      const canary = await this.options.launch(version);
      if (!canary.upstream.isReady()) {
        this.#closeLater(canary);
        throw new SerinError('upstream-unavailable', {
          expected: 'a canary that answers',
          found: `no answer from ${version.version}`,
        });
      }
      const { weight, judging = {}, sticky = this.options.defaultSticky } = request;
      try {
        this.#book.append(name, request, {
          type: 'canary-deployed',
          canary: toRef(version),
          weight,
          ...(sticky === undefined ? {} : { sticky }),
        });
      } catch (thrown) {
        this.#closeLater(canary);
        throw thrown;
      }
      model.canary = canary;
      model.split.sticky = sticky;
      model.split.setWeight(weight);
      this.options.comparing.begin(model, judging);
      return model;
    });
  }

  setWeight(name: ModelName, weight: Percent, asked: Asked): Promise<ServedModel> {
    return this.#turns.run(name, () => {
      const model = this.#modelWithCanary(name);
      this.#book.append(name, asked, { type: 'weight-set', weight });
      model.split.setWeight(weight);
      this.options.comparing.weightChanged(model);
      return model;
    });
  }

  /** Canary becomes stable; the old stable finishes what it has and goes. */
  promote(name: ModelName, asked: Asked): Promise<{ before: VersionRef; after: VersionRef }> {
    return this.#turns.run(name, () => {
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
      this.#closeLater(old);
      return { before, after: this.#stateOf(name).stable };
    });
  }

  /** The canary gets nothing any more, from this moment on. */
  rollBack(name: ModelName, asked: Asked): Promise<VersionRef> {
    return this.#turns.run(name, () => {
      const model = this.#modelWithCanary(name);
      const canary = model.canary;
      const rolledBack = this.#stateOf(name).canary?.version;
      // Users first: should the log fail, they are safe from the canary all the same.
      withoutCanary(model);
      this.options.comparing.end(model);
      this.#closeLater(canary);
      this.#book.append(name, asked, { type: 'rolled-back' });
      if (rolledBack === undefined) throw new SerinError('no-canary');
      return rolledBack;
    });
  }

  /** Stops everything of a model; nothing answers for it until it is loaded again. */
  unload(name: ModelName, asked: Asked): Promise<void> {
    return this.#turns.run(name, () => {
      const model = this.model(name);
      if (model.canary !== undefined) throw new SerinError('stable-unloadable');
      this.#book.append(name, asked, { type: 'unloaded' });
      const stable = model.stable;
      model.stable = undefined;
      this.#closeLater(stable);
    });
  }

  /** Loads a model that was unloaded, failed before, or is new on the disk. */
  load(name: ModelName, asked: Asked): Promise<ServedModel> {
    return this.#turns.run(name, async () => {
      if (this.#book.state(name)?.loaded === false)
        this.#book.append(name, asked, { type: 'loaded' });
      await this.#resumeModel(name);
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
    await Promise.allSettled(
      this.models().flatMap(({ stable, canary }) =>
        [stable, canary].flatMap((arm) => (arm === undefined ? [] : [arm.upstream.close()])),
      ),
    );
    this.options.log.close();
  }

  async #resumeModel(name: ModelName): Promise<void> {
    const { versions, launch, newModel } = this.options;
    const state = this.#book.state(name);
    const model = this.#models.get(name) ?? newModel(name);
    if (state === undefined) {
      const first = await versions.first(name);
      if (first === undefined) throw this.#notFound(name);
      model.stable ??= await launch(first);
      const why = 'the first version seen';
      this.#book.append(
        name,
        { who: 'serin', why },
        { type: 'stable-chosen', stable: toRef(first) },
      );
    } else if (state.loaded) {
      model.stable ??= await launch(await this.#findStable(name, state.stable));
      await this.#resumeCanary(model, state);
    }
    this.#serve(model);
  }

  /** In the order of names, in which people read lists of them; not in that of their loading. */
  #serve(model: ServedModel): void {
    const served = [...this.#models.set(model.name, model)];
    this.#models = new Map(served.sort(([a], [b]) => (a < b ? -1 : 1)));
    this.#failures.delete(model.name);
  }

  async #resumeCanary(model: ServedModel, state: Deployment): Promise<void> {
    if (state.canary === undefined || model.canary !== undefined) return;
    try {
      const version = await this.#findAgain(model.name, state.canary.version);
      model.canary = await this.options.launch(version);
    } catch (thrown) {
      const error = toSerinError(thrown);
      this.options.warn(`the canary of ${model.name} was rolled back`, { ...error.toBody() });
      const why = `the canary did not load after a restart: ${error.message}`;
      this.#book.append(model.name, { who: 'serin', why }, { type: 'rolled-back' });
      return;
    }
    model.split.sticky = state.canary.sticky;
    model.split.setWeight(state.weight);
    this.options.comparing.resume(model);
  }

  /** The remembered stable version, or where that is not to be had, the one that was named. */
  async #findStable(name: ModelName, ref: VersionRef): Promise<Version> {
    try {
      return await this.#findAgain(name, ref);
    } catch (thrown) {
      const named = await this.options.versions.named(name);
      if (named === undefined) throw thrown;
      const why = `named at the start, as ${toSerinError(thrown).message}`;
      this.#book.append(
        name,
        { who: 'serin', why },
        { type: 'stable-chosen', stable: toRef(named) },
      );
      return named;
    }
  }

  /** @throws SerinError `version-changed`: what was promoted is not what lies there now */
  async #findAgain(name: ModelName, ref: VersionRef): Promise<Version> {
    const version = await this.options.versions.find(name, ref);
    if (ref.kind === 'onnx' && version.kind === 'onnx' && version.digest !== ref.digest) {
      throw new SerinError('version-changed', {
        expected: `${ref.digest} as version ${ref.version} of ${name}`,
        found: version.digest,
      });
    }
    return version;
  }

  #modelWithCanary(name: ModelName): ServedModel {
    const model = this.model(name);
    if (this.#book.state(name)?.canary === undefined) throw new SerinError('no-canary');
    return model;
  }

  #stateOf(name: ModelName): Deployment {
    const state = this.#book.state(name);
    if (state === undefined) throw this.#notFound(name);
    return state;
  }

  #closeLater(arm: ServedArm | undefined): void {
    arm?.upstream.close().catch((thrown: unknown) => {
      this.options.warn('a version did not stop cleanly', { ...toSerinError(thrown).toBody() });
    });
  }

  #notFound(name: string): SerinError {
    const names = [...this.#models.keys()];
    return new SerinError('model-not-found', {
      expected: names.length === 0 ? 'a model that is served' : `one of ${names.join(', ')}`,
      found: name,
    });
  }
}

/** The next request is stable's. */
function withoutCanary(model: ServedModel): void {
  model.split.setWeight(toPercent(0));
  model.split.sticky = undefined;
  model.canary = undefined;
}

function toRef(version: Version): VersionRef {
  if (version.kind === 'http') return { kind: 'http', version: version.version, url: version.url };
  return { kind: 'onnx', version: version.version, digest: version.digest };
}
