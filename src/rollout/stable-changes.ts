import { isSameVersion, toVersionRef } from '../domain/deployment.js';
import { SerinError } from '../domain/errors.js';
import type { ModelName } from '../domain/ids.js';
import type { Version } from '../domain/version.js';
import type { ServedModel } from '../serving/gateway/served-model.js';
import type { Deployed } from './deployed.js';
import type { Asked } from './deployment-book.js';

/** What becomes of a model's stable version, and of the one that was stable before. */
export class StableChanges {
  constructor(private readonly deployed: Deployed) {}

  /**
   * Makes a version stable of a model that nobody has served yet.
   * @throws SerinError why it does not load
   */
  serveFirst(version: Version, asked: Asked): Promise<void> {
    const name = version.model;
    return this.deployed.inTurn(name, async () => {
      if (this.deployed.book.state(name) !== undefined) return;
      const model = this.deployed.options.newModel(name);
      const stable = await this.deployed.options.launch(version);
      try {
        this.deployed.book.append(name, asked, {
          type: 'stable-chosen',
          stable: toVersionRef(version),
        });
      } catch (thrown) {
        this.deployed.closing.closeLater(stable);
        throw thrown;
      }
      model.stable = stable;
      this.deployed.served.add(model);
    });
  }

  /**
   * Makes the version that was stable before the stable one again; at once where it is kept loaded.
   * The one that was stable until now goes.
   * @throws SerinError `canary-exists`, or why the version cannot be loaded
   */
  goBackTo(version: Version, asked: Asked): Promise<void> {
    const name = version.model;
    return this.deployed.inTurn(name, async () => {
      const model = this.deployed.served.get(name);
      const ref = toVersionRef(version);
      const state = this.deployed.stateOf(name);
      if (isSameVersion(state.stable, ref)) {
        await this.deployed.follow(model);
        return;
      }
      if (state.canary !== undefined) {
        throw new SerinError('canary-exists', { found: state.canary.version.version });
      }
      const arm =
        this.deployed.kept.take(name, ref) ?? (await this.deployed.options.launch(version));
      try {
        this.deployed.book.append(name, asked, { type: 'stable-chosen', stable: ref });
      } catch (thrown) {
        this.deployed.kept.keep(name, arm);
        throw thrown;
      }
      const old = model.stable;
      model.stable = arm;
      this.deployed.closing.closeLater(old);
      await this.deployed.follow(model);
    });
  }

  /** Keeps a version loaded that is not stable any more, beside the arms. */
  keepWarm(version: Version): Promise<void> {
    const name = version.model;
    return this.deployed.inTurn(name, async () => {
      const ref = toVersionRef(version);
      if (
        this.deployed.kept.has(name, ref) ||
        isSameVersion(this.deployed.stateOf(name).stable, ref)
      )
        return;
      this.deployed.kept.keep(name, await this.deployed.options.launch(version));
    });
  }

  /** Frees a version that is kept loaded. */
  letKeptGo(version: Version): Promise<void> {
    return this.deployed.inTurn(version.model, () => {
      if (this.deployed.kept.has(version.model, toVersionRef(version)))
        this.deployed.kept.letGo(version.model);
    });
  }

  /** What is loaded of a model: its arms, and the version that is kept warm. */
  loaded(name: ModelName): readonly Version[] {
    const { stable, canary } = this.deployed.served.get(name);
    return [stable, canary, this.deployed.kept.of(name)].flatMap((arm) =>
      arm === undefined ? [] : [arm.upstream.version],
    );
  }

  /** Stops everything of a model; nothing answers for it until it is loaded again. */
  unload(name: ModelName, asked: Asked): Promise<void> {
    return this.deployed.inTurn(name, async () => {
      const model = this.deployed.served.get(name);
      if (model.canary !== undefined) throw new SerinError('stable-unloadable');
      this.deployed.book.append(name, asked, { type: 'unloaded' });
      const stable = model.stable;
      model.stable = undefined;
      this.deployed.closing.closeLater(stable);
      await this.deployed.options.fronting?.remove(name);
    });
  }

  /** Loads a model that was unloaded, failed before, or is new on the disk. */
  load(name: ModelName, asked: Asked): Promise<ServedModel> {
    return this.deployed.inTurn(name, async () => {
      if (this.deployed.book.state(name)?.loaded === false)
        this.deployed.book.append(name, asked, { type: 'loaded' });
      await this.deployed.takeUp(name);
      return this.deployed.served.get(name);
    });
  }
}
