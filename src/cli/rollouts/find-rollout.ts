import type { RolloutBody, RolloutList, RolloutSummary } from '../../api/contract/rollouts.js';
import { SerinError, toSerinError } from '../../domain/errors.js';
import type { Client } from '../client.js';

/**
 * The rollout that a person means: by its id; by its model; or, where nothing is named, the only
 * one. Of several of one model it is the one in progress, else the newest, or the newest `promoted`.
 * @throws SerinError `rollout-not-found`; `usage` where it could be more than one
 */
export async function findRollout(
  client: Client,
  named: string | undefined,
  ofThoseThatEnded: 'newest' | 'promoted' = 'newest',
): Promise<RolloutSummary> {
  const { rollouts } = named === undefined ? await list(client, '') : await ofModel(client, named);
  if (named !== undefined && rollouts.length === 0) {
    return client.get<RolloutBody>(addressOf(named));
  }
  const inProgress = rollouts.filter(({ outcome }) => outcome === null);
  const promoted = rollouts.filter(({ outcome }) => outcome === 'promoted');
  const ended = [...(ofThoseThatEnded === 'promoted' ? promoted : []), ...rollouts];
  return theOnly(inProgress.length > 0 ? inProgress : firstOfEachModel(ended));
}

/** Where the API has a rollout. */
export function addressOf(id: string): string {
  return `/api/v1/rollouts/${encodeURIComponent(id)}`;
}

function list(client: Client, more: string): Promise<RolloutList> {
  return client.get<RolloutList>(`/api/v1/rollouts?limit=1000${more}`);
}

async function ofModel(client: Client, name: string): Promise<Pick<RolloutList, 'rollouts'>> {
  try {
    return await list(client, `&model=${encodeURIComponent(name)}`);
  } catch (thrown) {
    // What is no model's name is an id.
    if (toSerinError(thrown).code === 'model-not-found') return { rollouts: [] };
    throw thrown;
  }
}

function firstOfEachModel(rollouts: readonly RolloutSummary[]): readonly RolloutSummary[] {
  return rollouts.filter(
    ({ model }, index) => rollouts.findIndex((other) => other.model === model) === index,
  );
}

function theOnly(meant: readonly RolloutSummary[]): RolloutSummary {
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
