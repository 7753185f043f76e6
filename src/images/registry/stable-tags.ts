import type { Digest } from '../../domain/ids.js';
import type { Repository } from './registry.js';
import { requireTag, tagImage } from './tag-image.js';

/** What takes the traffic, and what took it before. */
export const stableTag = 'stable';
export const previousTag = 'stable-previous';

/** Where the two tags point. */
export interface StableTags {
  readonly stable: Digest | undefined;
  readonly previous: Digest | undefined;
}

/** What came of moving them. */
export interface TagMove extends StableTags {
  /** False: they pointed there already. */
  readonly moved: boolean;
}

/*
 * The order of the writes makes both moves safe to repeat: whoever is killed between the two writes
 * has lost nothing, and does the same again. A registry has no compare-and-swap for tags: that
 * nobody moved one is looked at right before each write, and whoever moves it afterwards has to look
 * whether it was for somebody else to do (`tag` of `serin ci`).
 */

/** Where the two tags point now. */
export async function readStableTags(repository: Repository): Promise<StableTags> {
  const [stable, previous] = await Promise.all([
    repository.digestOf(stableTag),
    repository.digestOf(previousTag),
  ]);
  return { stable, previous };
}

/**
 * After a promotion: `stable` moves to the new image, and `stable-previous` to what it was.
 * @throws SerinError `image-not-found`, `tag-moved`
 */
export async function moveStable(repository: Repository, digest: Digest): Promise<TagMove> {
  const before = await readStableTags(repository);
  if (before.stable === digest) return { ...before, moved: false };
  if (before.stable !== undefined) await tagImage(repository, previousTag, before.stable);
  await requireTag(repository, stableTag, before.stable, digest);
  await tagImage(repository, stableTag, digest);
  return { stable: digest, previous: before.stable ?? before.previous, moved: true };
}

/**
 * After a roll-back that came later than the promotion: `stable` goes back to what it was before.
 * Nothing is done where `stable` is another image by now, or where there is nothing to go back to.
 * @param digest the image that was rolled back
 */
export async function moveStableBack(repository: Repository, digest: Digest): Promise<TagMove> {
  const { stable, previous } = await readStableTags(repository);
  if (stable !== digest || previous === undefined || previous === digest) {
    return { stable, previous, moved: false };
  }
  await requireTag(repository, stableTag, digest, previous);
  await tagImage(repository, stableTag, previous);
  return { stable: previous, previous, moved: true };
}
