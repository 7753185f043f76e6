import { SerinError } from '../../domain/errors.js';
import type { ModelName } from '../../domain/ids.js';
import type { Version } from '../../domain/version.js';
import type { ArtefactRef, Strategy } from '../strategy/strategy.js';

/** Finds the version that stands for an arm. */
export type FindVersion = (ref: ArtefactRef, model: ModelName) => Promise<Version>;

/**
 * The version of an arm. What lies at its path must be what lay there when the rollout was started.
 * @throws SerinError `version-changed`, `strategy-not-possible`, or why it is not found
 */
export async function versionOfArm(
  find: FindVersion,
  strategy: Strategy,
  arm: 'stable' | 'canary',
): Promise<Version> {
  const ref = strategy[arm];
  const version = await find(ref, strategy.model);
  if (version.model !== strategy.model) {
    throw new SerinError('strategy-not-possible', {
      expected: `the ${arm} to be a version of ${strategy.model}`,
      found: `a version of ${version.model}`,
    });
  }
  const pinned = ref.kind === 'path' ? ref.digest : undefined;
  if (pinned !== undefined && version.kind === 'onnx' && version.digest !== pinned) {
    throw new SerinError('version-changed', {
      expected: `${pinned}, as it was when the rollout was started`,
      found: version.digest,
    });
  }
  return version;
}

/**
 * The strategy with the digests of both arms in it, so that nobody can change what is rolled out
 * while it is; and the version that has to be live.
 */
export async function pinArms(
  find: FindVersion,
  strategy: Strategy,
): Promise<{ readonly strategy: Strategy; readonly stable: Version }> {
  const stable = await versionOfArm(find, strategy, 'stable');
  const canary = await versionOfArm(find, strategy, 'canary');
  const arms = {
    stable: pinned(strategy.stable, stable),
    canary: pinned(strategy.canary, canary),
  };
  return { strategy: { ...strategy, ...arms }, stable };
}

function pinned(ref: ArtefactRef, version: Version): ArtefactRef {
  if (ref.kind === 'path' && version.kind === 'onnx') return { ...ref, digest: version.digest };
  if (ref.kind === 'image' && version.kind === 'container') {
    return { ...ref, pinned: version.launch.image };
  }
  return ref;
}
