import { SerinError } from '../domain/errors.js';
import { toModelName, toVersionName } from '../domain/ids.js';
import type { OnnxVersion } from '../domain/version.js';
import type { ReachableVersion } from '../gates/on-versions/reachable-version.js';
import { reachable } from '../rollout/live/reachable.js';
import type { ServerContext } from './context.js';

/** A model and one of its versions, as an address names them. */
interface Named {
  readonly model: string;
  readonly version: string;
}

/** Versions that somebody names to have them tested. */
export class VersionsToTest {
  constructor(private readonly context: Pick<ServerContext, 'versions' | 'deployments'>) {}

  /**
   * One that has a file, or that is served now.
   * @throws SerinError `invalid-name`, `model-not-found`, `version-not-found` and the like
   */
  async any({ model, version }: Named): Promise<ReachableVersion> {
    const { versions, deployments } = this.context;
    const of = toModelName(model);
    const { stable, canary } = deployments.state(of) ?? {};
    const served = [stable, canary?.version].find((one) => one?.version === version);
    const found =
      served === undefined || served.kind === 'onnx'
        ? await versions.load(of, toVersionName(version))
        : await versions.find(of, served);
    return reachable(found, deployments);
  }

  /** @throws SerinError `model-invalid` for a version that has no ONNX file */
  async onnx(named: Named): Promise<OnnxVersion> {
    const version = await this.any(named);
    if (version.kind === 'onnx') return version;
    throw new SerinError('model-invalid', { expected: 'an ONNX file', found: 'a server' });
  }

  /**
   * What a version is compared with.
   * @param other a version; where it is left out, what is stable, unless that is the very same
   */
  async against({ model, version }: Named, other?: string): Promise<ReachableVersion | undefined> {
    const named = other ?? this.context.deployments.state(toModelName(model))?.stable.version;
    if (named === undefined || (other === undefined && named === version)) return undefined;
    return this.any({ model, version: named });
  }
}
