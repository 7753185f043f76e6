import { isSameVersion, toVersionRef } from '../../domain/deployment.js';
import { SerinError, toSerinError } from '../../domain/errors.js';
import { toPercent } from '../../domain/share.js';
import type { Version } from '../../domain/version.js';
import type { Asked } from '../deployment-book.js';
import type { Deployments } from '../deployments.js';
import type { LoadFailures } from '../load-failures.js';
import type { OfRollout, Versions } from '../ports.js';
import { versionOfArm, type FindVersion } from './arms-of.js';
import { judgeSettingsOf } from './judge-settings.js';

/** Loads and promotes the versions that this server serves itself. */
export class ServedVersions implements Versions {
  constructor(
    private readonly deployments: Deployments,
    private readonly find: FindVersion,
    private readonly failures: LoadFailures,
    /** Finds out more about a canary that will never load. */
    private readonly examine: (of: OfRollout) => Promise<void>,
  ) {}

  async loadCanary(of: OfRollout): Promise<void> {
    try {
      await this.#loadCanary(of);
      this.failures.loaded(of.rolloutId);
    } catch (thrown) {
      this.failures.failed(of.rolloutId, toSerinError(thrown));
      if (thrown instanceof SerinError && !thrown.retriable) await this.examine(of);
      throw thrown;
    }
  }

  async promote(of: OfRollout, which: 'canary' | 'previous'): Promise<void> {
    const { strategy } = of;
    if (which === 'previous') {
      await this.#withdrawCanary(of);
      const previous =
        this.#loadedStable(of) ?? (await versionOfArm(this.find, strategy, 'stable'));
      await this.deployments.stables.goBackTo(
        previous,
        asked(of, of.why ?? 'the rollout was rolled back'),
      );
      return;
    }
    // What is loaded is promoted, whatever became of its file since.
    const isLoaded = this.deployments.state(strategy.model)?.canary?.rollout === of.rolloutId;
    if (!isLoaded && this.#isStable(await versionOfArm(this.find, strategy, 'canary'))) {
      await this.deployments.follow(strategy.model);
      return;
    }
    const because = asked(of, of.why ?? 'the rollout promoted it');
    await this.deployments.canaries.promote(strategy.model, because, { keepOld: true });
  }

  async unload(of: OfRollout, which: 'canary' | 'previous'): Promise<void> {
    if (which === 'canary') {
      await this.#withdrawCanary(of);
      return;
    }
    const previous =
      this.#loadedStable(of) ?? (await versionOfArm(this.find, of.strategy, 'stable'));
    await this.deployments.stables.letKeptGo(previous);
  }

  async keepPreviousWarm(of: OfRollout): Promise<void> {
    await this.deployments.stables.keepWarm(await versionOfArm(this.find, of.strategy, 'stable'));
  }

  async #loadCanary(of: OfRollout): Promise<void> {
    const { strategy, rolloutId } = of;
    const canary = await versionOfArm(this.find, strategy, 'canary');
    // A rollout that was killed while it promoted finds its canary stable.
    if (this.#isStable(canary)) {
      if (of.isPromoting !== true) {
        throw new SerinError('canary-is-stable', { found: canary.version });
      }
      await this.deployments.follow(strategy.model);
      return;
    }
    const stable = await versionOfArm(this.find, strategy, 'stable');
    const live = this.deployments.state(strategy.model)?.stable;
    if (!this.#isStable(stable)) {
      throw new SerinError('stable-differs', {
        expected: `version ${stable.version} of ${strategy.model} to be stable`,
        found: live === undefined ? 'none' : `version ${live.version}`,
      });
    }
    await this.deployments.canaries.deploy(canary, {
      ...asked(of, 'loaded for the rollout'),
      weight: toPercent(0),
      rollout: rolloutId,
      judging: judgeSettingsOf(strategy),
      ...(strategy.sticky === undefined ? {} : { sticky: strategy.sticky }),
    });
  }

  /**
   * The rollout's stable version where it is loaded: what became of its file meanwhile is no matter
   * then, so that nobody who tidies up old versions takes away the way back.
   */
  #loadedStable({ strategy: { model, stable } }: OfRollout): Version | undefined {
    if (stable.kind !== 'path' || stable.digest === undefined) return undefined;
    const loaded = this.deployments.stables.loaded(model);
    return loaded.find((version) => version.kind === 'onnx' && version.digest === stable.digest);
  }

  async #withdrawCanary(of: OfRollout): Promise<void> {
    const { strategy, rolloutId } = of;
    const { canary } = this.deployments.state(strategy.model) ?? {};
    if (canary?.rollout !== rolloutId) {
      await this.deployments.follow(strategy.model);
      return;
    }
    await this.deployments.canaries.rollBack(
      strategy.model,
      asked(of, of.why ?? 'the rollout took it back'),
    );
  }

  #isStable(version: Version): boolean {
    const live = this.deployments.state(version.model)?.stable;
    return live !== undefined && isSameVersion(live, toVersionRef(version));
  }
}

function asked({ rolloutId }: OfRollout, why: string): Asked {
  return { who: `rollout ${rolloutId}`, why };
}
