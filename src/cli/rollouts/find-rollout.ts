import type { RolloutBody, RolloutList, RolloutSummary } from '../../api/contract/rollouts.js';
import { SerinError, toSerinError } from '../../domain/errors.js';
import type { Client } from '../client.js';

/**
 * The rollout that a person means: by its id; by its model; or, where nothing is named, the only
 * one. Of several of one model it is the one in progress, else the newest.
 * @throws SerinError `rollout-not-found`; `usage` where it could be more than one
 */
export async function findRollout(
  client: Client,
  named: string | undefined,
): Promise<RolloutSummary> {
  if (named === undefined) return theOnly((await list(client, '?limit=1000')).rollouts);
  const ofModel = await ofModelOrNone(client, named);
  const [newest] = ofModel;
  if (newest === undefined) return client.get<RolloutBody>(addressOf(named));
  return ofModel.find(isInProgress) ?? newest;
}

/** Where the API has a rollout. */
export function addressOf(id: string): string {
  return `/api/v1/rollouts/${encodeURIComponent(id)}`;
}

function list(client: Client, query: string): Promise<RolloutList> {
  return client.get<RolloutList>(`/api/v1/rollouts${query}`);
}

async function ofModelOrNone(client: Client, name: string): Promise<readonly RolloutSummary[]> {
  try {
    return (await list(client, `?model=${encodeURIComponent(name)}`)).rollouts;
  } catch (thrown) {
    // What is no model's name is an id.
    if (toSerinError(thrown).code === 'model-not-found') return [];
    throw thrown;
  }
}

function theOnly(rollouts: readonly RolloutSummary[]): RolloutSummary {
  const inProgress = rollouts.filter(isInProgress);
  const meant = inProgress.length > 0 ? inProgress : newestOfEachModel(rollouts);
  const [first, ...others] = meant;
  if (first === undefined) {
    throw new SerinError('rollout-not-found', {
      expected: 'a rollout',
      found: 'none',
      advice: 'Start one: serin rollout start serin.yaml.',
    });
  }
  if (others.length === 0) return first;
  throw new SerinError('usage', {
    expected: `one of ${meant.map(({ id, model }) => `${model} (${id})`).join(', ')}`,
    found: 'no name',
    advice: 'Name the model, or the id of the rollout.',
  });
}

function newestOfEachModel(rollouts: readonly RolloutSummary[]): readonly RolloutSummary[] {
  return rollouts.filter(
    ({ model }, index) => rollouts.findIndex((other) => other.model === model) === index,
  );
}

function isInProgress({ outcome }: RolloutSummary): boolean {
  return outcome === null;
}
