import { SerinError } from '../../domain/errors.js';
import { parseImageName } from './image-name.js';
import { openRepository, type RegistryWishes } from './registry.js';
import { moveStable, moveStableBack, type TagMove } from './stable-tags.js';

/**
 * Moves `stable` after a rollout has ended, in the registry of its canary. Done again, it changes
 * nothing.
 * @param image of the canary, by its digest
 * @throws SerinError `image-not-found` for one that is of no registry, `tag-moved`, and what a
 * registry throws
 */
export async function followRollout(
  image: string,
  ended: 'promoted' | 'rolled-back',
  wishes: RegistryWishes = {},
): Promise<TagMove> {
  const name = image.includes('/') ? parseImageName(image) : undefined;
  if (name?.digest === undefined) {
    throw new SerinError('image-not-found', { expected: 'an image of a registry', found: image });
  }
  const repository = await openRepository(name, wishes);
  return ended === 'promoted'
    ? moveStable(repository, name.digest)
    : moveStableBack(repository, name.digest);
}
