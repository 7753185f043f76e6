import type { ModelList } from '../../src/api/contract/models.js';
import type { RolloutSummary } from '../../src/api/contract/rollouts.js';
import { follow } from './follow.js';
import { models } from './models.js';
import { putInRollout, readRollouts } from './rollouts.js';

/**
 * Keeps models and rollouts as they are on the server, by one stream: a browser allows six
 * connections to a server, all its windows together.
 * @returns a function that stops it
 */
export function followLive(): () => void {
  const put = (sent: unknown): void => putInRollout(sent as RolloutSummary);
  return follow('api/v1/rollouts/follow?models=true', {
    on: {
      rollout: put,
      measured: put,
      models: (sent) => (models.value = (sent as ModelList).models),
    },
    onOpen: () => void readRollouts(),
  });
}
