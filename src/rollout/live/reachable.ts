import { isSameVersion, toVersionRef } from '../../domain/deployment.js';
import { SerinError } from '../../domain/errors.js';
import type { Version } from '../../domain/version.js';
import type { ReachableVersion } from '../../gates/on-versions/reachable-version.js';
import type { Deployments } from '../deployments.js';

/**
 * A version as a gate can reach it: one that Serin launches itself, by the address that it runs at.
 * @throws SerinError `upstream-unavailable` when it does not run
 */
export function reachable(version: Version, deployments: Deployments): ReachableVersion {
  if (version.kind === 'onnx' || version.kind === 'http') return version;
  const { stable, canary } = deployments.model(version.model);
  const ref = toVersionRef(version);
  const arm = [canary, stable].find(
    (one) => one !== undefined && isSameVersion(toVersionRef(one.upstream.version), ref),
  );
  const url = arm?.upstream.address;
  if (url === undefined) {
    throw new SerinError('upstream-unavailable', {
      expected: `version ${version.version} to run`,
      found: 'that it does not',
    });
  }
  const { model, launch } = version;
  return {
    kind: 'http',
    model,
    version: version.version,
    url,
    ...(launch.warmUp === undefined ? {} : { warmUp: launch.warmUp }),
  };
}
