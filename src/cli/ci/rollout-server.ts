import type { RolloutBody, RolloutList, RolloutSummary } from '../../api/contract/rollouts.js';
import type { RolloutServer } from '../../ci/ports.js';
import { toSerinError } from '../../domain/errors.js';
import { connect, type Client } from '../client.js';
import { unpainted } from '../render/paint.js';
import { lineDisplay } from '../rollouts/displays/lines.js';
import { addressOf } from '../rollouts/find-rollout.js';
import { watchRollout } from '../rollouts/watch-rollout.js';

/** The Serin server that a pipeline's canary is rolled out at; what it tells goes to `write`. */
export function rolloutServer(
  url: string | undefined,
  timeoutMs: number | undefined,
  write: (text: string) => unknown,
): RolloutServer {
  const client = connect(url);
  return {
    url: client.url,
    start: async (yaml, file, why) => {
      const started = await client.post<RolloutBody>('/api/v1/rollouts', { yaml, file, why });
      return started.id;
    },
    show: (id) => showIfThere(client, id),
    underWay: async (model) => {
      const active = (await list(client, model)).find(({ outcome }) => outcome === null);
      return active === undefined ? undefined : client.get<RolloutBody>(addressOf(active.id));
    },
    newestPromoted: async (model) =>
      (await list(client, model)).find(({ outcome }) => outcome === 'promoted')?.id,
    follow: async (id, interrupt) => {
      const { rollout } = await watchRollout({
        client,
        id,
        untilPaused: true,
        display: lineDisplay(write, unpainted),
        interrupt,
        timeout: timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs),
      });
      interrupt.throwIfAborted();
      return rollout;
    },
  };
}

/** The rollouts of a model, the newest first. */
async function list(client: Client, model: string): Promise<readonly RolloutSummary[]> {
  try {
    const path = `/api/v1/rollouts?model=${encodeURIComponent(model)}`;
    return (await client.get<RolloutList>(path)).rollouts;
  } catch (thrown) {
    // A model that was never served has no rollouts.
    if (toSerinError(thrown).code === 'model-not-found') return [];
    throw thrown;
  }
}

async function showIfThere(client: Client, id: string): Promise<RolloutSummary | undefined> {
  try {
    return await client.get<RolloutBody>(addressOf(id));
  } catch (thrown) {
    if (toSerinError(thrown).code === 'rollout-not-found') return undefined;
    throw thrown;
  }
}
