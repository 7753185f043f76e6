import type { FrontStatus } from '../../api/contract/front.js';
import type { ModelStatus } from '../../api/contract/models.js';
import type { RolloutBody } from '../../api/contract/rollouts.js';
import type { Client } from '../client.js';

/**
 * What stands in front of a rollout's arms, and how it does. Null where requests come to Serin
 * itself; and of a rollout that has ended: then the front is another's, or nobody's.
 * @throws SerinError where the server cannot be reached, or refuses
 */
export async function frontOfRollout(
  client: Client,
  { model, outcome, strategy }: RolloutBody,
): Promise<FrontStatus | null> {
  const { router } = (strategy ?? {}) as { readonly router?: unknown };
  if (outcome !== null || router !== 'nginx') return null;
  return (await client.get<ModelStatus>(`/api/v1/models/${encodeURIComponent(model)}`)).front;
}
