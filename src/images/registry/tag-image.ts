import { SerinError } from '../../domain/errors.js';
import type { Digest } from '../../domain/ids.js';
import type { Repository } from './registry.js';

/**
 * Puts an image under a tag without pulling it, and reads back that it is there. Done again, it
 * changes nothing.
 * @returns whether the tag pointed elsewhere before
 * @throws SerinError `image-not-found`; `tag-moved` where somebody else moved it at the same time
 */
export async function tagImage(
  repository: Repository,
  tag: string,
  digest: Digest,
): Promise<boolean> {
  if ((await repository.digestOf(tag)) === digest) return false;
  await repository.put(tag, await repository.manifest(digest));
  await requireTag(repository, tag, digest);
  return true;
}

/**
 * Makes sure that a tag still points to an image, or to nothing where that is undefined.
 * @param wanted as good: somebody else did already what is to be done
 * @throws SerinError `tag-moved`
 */
export async function requireTag(
  repository: Repository,
  tag: string,
  digest: Digest | undefined,
  wanted: Digest | undefined = digest,
): Promise<void> {
  const found = await repository.digestOf(tag);
  if (found === digest || found === wanted) return;
  throw new SerinError('tag-moved', {
    expected: `${repository.name}:${tag} at ${digest ?? 'nothing'}`,
    found: found ?? 'no such tag',
    fields: { repository: repository.name, tag, expected: digest ?? null, found: found ?? null },
  });
}
