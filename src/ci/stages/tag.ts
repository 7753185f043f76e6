import type { RolloutSummary } from '../../api/contract/rollouts.js';
import { SerinError } from '../../domain/errors.js';
import type { Digest } from '../../domain/ids.js';
import { parseImageName } from '../../images/registry/image-name.js';
import { pruneCanaries } from '../../images/registry/prune-canaries.js';
import type { Repository } from '../../images/registry/registry.js';
import {
  moveStable,
  moveStableBack,
  readStableTags,
  stableTag,
  type TagMove,
} from '../../images/registry/stable-tags.js';
import { canaryPrefix } from '../image-to-build.js';
import type { Stage, StageContext } from '../stage.js';

/**
 * Moves `stable` once the canary is promoted, and back where it was rolled back later. Rollouts of
 * one model come one after the other at the server; the tag follows the newest promoted one only.
 */
export const tagStage: Stage<'tag'> = {
  name: 'tag',
  summary: 'move the tag `stable` to what was promoted, or back',
  inputs: async ({ resultOf }) => {
    const { digest } = await resultOf('push');
    const { rollout } = await resultOf('canary');
    return `${digest} ${rollout ?? 'without a rollout'}`;
  },
  // Cheap, and the rollout may have been taken back since: always looked at again.
  stillHolds: () => Promise.resolve(false),
  run: async (context) => {
    const repository = await context.ports.repository();
    const { digest } = await context.resultOf('push');
    const { rollout } = await context.resultOf('canary');
    const { moved, stable, previous } =
      rollout === undefined
        ? await moveWithoutRollout(repository, digest)
        : await moveAsRolloutEnded(repository, digest, rollout, context);
    const pruned = await prune(repository, context);
    const where = `${repository.name}:${stableTag} ${moved ? 'is now' : 'is'} ${stable ?? 'nowhere'}`;
    const before = previous === undefined ? '' : `; before it was ${previous}`;
    const detail = `${where}${before}${pruned}`;
    return { passed: true, detail, findings: [], result: { stable, previous } };
  },
};

async function moveWithoutRollout(repository: Repository, digest: Digest): Promise<TagMove> {
  const { stable } = await readStableTags(repository);
  if (stable === undefined || stable === digest) return moveStable(repository, digest);
  throw overtaken(repository, digest, stable);
}

async function moveAsRolloutEnded(
  repository: Repository,
  digest: Digest,
  id: string,
  { ports, settings }: StageContext,
): Promise<TagMove> {
  const rollout = await ports.rollouts.show(id);
  if (rollout?.outcome === 'rolled-back') return moveStableBack(repository, digest);
  const newest = await ports.rollouts.newestPromoted(settings.rolloutFile.model);
  const found = newest === undefined ? 'none' : `rollout ${newest}`;
  if (rollout?.outcome !== 'promoted' || newest !== id) {
    throw overtaken(repository, digest, found);
  }
  const move = await moveStable(repository, digest);
  const later = await ports.rollouts.newestPromoted(settings.rolloutFile.model);
  if (later === id || later === undefined) return move;
  await giveWayTo(await ports.rollouts.show(later), repository);
  throw overtaken(repository, digest, `rollout ${later}`);
}

/** Another pipeline's canary was promoted while this one wrote: the tag is that one's, whoever wrote last. */
async function giveWayTo(
  rollout: RolloutSummary | undefined,
  repository: Repository,
): Promise<void> {
  const digest = rollout === undefined ? undefined : digestIn(rollout.canary);
  if (digest !== undefined) await moveStable(repository, digest);
}

/** @returns undefined: it is no image, or one without a digest */
function digestIn(canary: string): Digest | undefined {
  try {
    return parseImageName(canary).digest;
  } catch {
    return undefined;
  }
}

function overtaken(repository: Repository, digest: Digest, found: string): SerinError {
  return new SerinError('ci-overtaken', {
    expected: `${digest} to be what was promoted last, for ${repository.name}:${stableTag}`,
    found,
  });
}

async function prune(repository: Repository, { settings }: StageContext): Promise<string> {
  const { keepCanaries: keep } = settings;
  if (keep === undefined) return '';
  const { removed } = await pruneCanaries(repository, { prefix: canaryPrefix, keep });
  return `; ${removed.length} old ${removed.length === 1 ? 'canary' : 'canaries'} deleted`;
}
