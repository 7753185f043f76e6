import type { ServerContext } from './context.js';

/**
 * Whether all models that somebody wants served are ready. One that was unloaded on purpose is no
 * reason to take the server out of a load balancer.
 */
export function isReadyToServe({ deployments }: ServerContext): boolean {
  if (deployments.failures().size > 0) return false;
  return deployments
    .models()
    .every((model) => model.isReady() || deployments.state(model.name)?.loaded === false);
}
