import { SerinError } from '../../domain/errors.js';
import type { NginxFront } from '../../domain/front.js';
import { notLoaded } from '../../serving/gateway/not-loaded.js';
import type { ServedArm, ServedModel } from '../../serving/gateway/served-model.js';
import type { ArmServer, FrontRoute } from '../../traffic/front.js';

/**
 * What a front has to do for a model as it is served now.
 * @throws SerinError `strategy-not-possible` for an arm that is no HTTP server; `upstream-unavailable`
 */
export function routeOf(model: ServedModel, settings: NginxFront): FrontRoute {
  const { name, stable, canary, split } = model;
  if (stable === undefined) throw notLoaded(model);
  return {
    ...settings,
    model: name,
    stable: serverOf(stable),
    ...(canary === undefined ? {} : { canary: serverOf(canary) }),
    ...(split.sticky === undefined ? {} : { sticky: split.sticky }),
  };
}

function serverOf({ upstream: { version, address } }: ServedArm): ArmServer {
  // With its path, where it has one: NGINX passes paths on as they are, and refuses it.
  const url = version.kind === 'http' ? version.url : address;
  if (url !== undefined) return { url, version: version.version };
  throw new SerinError('strategy-not-possible', {
    expected: 'arms behind NGINX that are HTTP servers, such as http://127.0.0.1:7011',
    found: `version ${version.version}, which is a file`,
  });
}
