import { readJudgeSettings } from '../analysis/read-judge-settings.js';
import { isSameVersion, toVersionRef, type VersionRef } from '../domain/deployment.js';
import { SerinError } from '../domain/errors.js';
import type { ModelName } from '../domain/ids.js';
import { toPercent, type Percent } from '../domain/share.js';
import type { Version } from '../domain/version.js';
import { notLoaded } from '../serving/gateway/not-loaded.js';
import type { ServedModel } from '../serving/gateway/served-model.js';
import type { Deployed } from './deployed.js';
import type { Asked } from './deployment-book.js';
import type { CanaryRequest } from './deployment-ports.js';
import { refuseSameOrUnfit } from './refuse-unfit-canary.js';

/**
 * What becomes of a model's canary. Every change is appended to the log before users can see it; a
 * roll-back is the exception: traffic leaves the canary first.
 */
export class CanaryChanges {
  constructor(private readonly deployed: Deployed) {}

  /**
   * Loads a version and gives it the weight. Repeated for a rollout whose canary it is already, it
   * changes nothing.
   * @throws SerinError `canary-exists`, `canary-is-stable`, `signature-mismatch`, or why it did not load
   */
  deploy(version: Version, request: CanaryRequest): Promise<ServedModel> {
    const name = version.model;
    return this.deployed.inTurn(name, async () => {
      const model = this.deployed.served.get(name);
      const state = this.deployed.book.state(name);
      if (state?.canary !== undefined) {
        const { rollout, version: known } = state.canary;
        const isThere = rollout === request.rollout && isSameVersion(known, toVersionRef(version));
        if (rollout !== undefined && isThere && model.canary !== undefined) {
          await this.deployed.follow(model);
          return model;
        }
        throw new SerinError('canary-exists', { found: state.canary.version.version });
      }
      if (model.stable === undefined) throw notLoaded(model);
      refuseSameOrUnfit(model.stable.upstream.version, version);
      // Settings that cannot be used are refused before anything is loaded.
      readJudgeSettings(request.judging ?? {});
      const canary = await this.deployed.options.launch(version);
      if (!canary.upstream.isReady()) {
        this.deployed.closing.closeLater(canary);
        throw new SerinError('upstream-unavailable', {
          expected: 'a canary that answers',
          found: `no answer from ${version.version}`,
        });
      }
      const {
        weight,
        judging = {},
        sticky = this.deployed.options.defaultSticky,
        rollout,
      } = request;
      try {
        this.deployed.book.append(name, request, {
          type: 'canary-deployed',
          canary: toVersionRef(version),
          weight,
          ...(sticky === undefined ? {} : { sticky }),
          ...(rollout === undefined ? {} : { rollout }),
        });
      } catch (thrown) {
        this.deployed.closing.closeLater(canary);
        throw thrown;
      }
      model.canary = canary;
      model.split.sticky = sticky;
      model.split.setWeight(weight);
      this.deployed.options.comparing.begin(model, judging, rollout);
      await this.deployed.follow(model);
      return model;
    });
  }

  /** @throws SerinError `no-canary`, `store-failed` */
  setWeight(name: ModelName, weight: Percent, asked: Asked): Promise<ServedModel> {
    return this.deployed.inTurn(name, async () => {
      const model = this.deployed.modelWithCanary(name);
      // Users first: should the log fail, the canary has less all the same.
      if (weight < model.split.weight) {
        model.split.setWeight(weight);
        await this.deployed.follow(model);
      }
      this.deployed.book.append(name, asked, { type: 'weight-set', weight });
      model.split.setWeight(weight);
      this.deployed.options.comparing.weightChanged(model);
      await this.deployed.follow(model);
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
    return this.deployed.inTurn(name, async () => {
      const model = this.deployed.modelWithCanary(name);
      if (model.canary?.upstream.isReady() !== true) {
        throw new SerinError('upstream-unavailable', {
          expected: 'a canary that answers',
          found: 'one that does not: it would take all traffic',
        });
      }
      const before = this.deployed.stateOf(name).stable;
      this.deployed.book.append(name, asked, { type: 'promoted' });
      const old = model.stable;
      model.stable = model.canary;
      withoutCanary(model);
      this.deployed.options.comparing.end(model);
      if (keepOld && old !== undefined) this.deployed.kept.keep(name, old);
      else this.deployed.closing.closeLater(old);
      await this.deployed.follow(model);
      return { before, after: this.deployed.stateOf(name).stable };
    });
  }

  /** The canary gets nothing any more, from this moment on. */
  rollBack(name: ModelName, asked: Asked): Promise<VersionRef> {
    return this.deployed.inTurn(name, async () => {
      const model = this.deployed.modelWithCanary(name);
      const canary = model.canary;
      const rolledBack = this.deployed.stateOf(name).canary?.version;
      // Users first: should the log fail, they are safe from the canary all the same.
      withoutCanary(model);
      this.deployed.options.comparing.end(model);
      this.deployed.closing.closeLater(canary);
      try {
        this.deployed.book.append(name, asked, { type: 'rolled-back' });
      } finally {
        await this.deployed.follow(model);
      }
      if (rolledBack === undefined) throw new SerinError('no-canary');
      return rolledBack;
    });
  }
}

/** The next request is stable's. */
function withoutCanary(model: ServedModel): void {
  model.split.setWeight(toPercent(0));
  model.split.sticky = undefined;
  model.shadow = undefined;
  model.canary = undefined;
}
