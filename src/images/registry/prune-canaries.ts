import { SerinError } from '../../domain/errors.js';
import type { Digest } from '../../domain/ids.js';
import { imageTimeMs } from './image-time.js';
import { platformsOf } from './manifest.js';
import type { Repository } from './registry.js';
import { readStableTags } from './stable-tags.js';

/** Which old images go. */
export interface PrunePolicy {
  /** Tags that begin so are canaries: `canary-deployment-`. */
  readonly prefix: string;
  /** So many of the newest canaries stay. */
  readonly keep: number;
}

/** One canary image with all its tags. */
interface Canary {
  readonly digest: Digest;
  readonly tags: readonly string[];
  /** Milliseconds since 1970; undefined where neither manifest nor configuration says. */
  readonly atMs: number | undefined;
}

type Named = Pick<Canary, 'digest' | 'tags'>;

export interface Pruned {
  readonly removed: readonly Named[];
  /** The canaries that stay, and why. */
  readonly kept: readonly (Named & { readonly why: string })[];
}

/**
 * Removes old canary images. A registry deletes by digest, with every tag on it; so an image stays
 * that any other tag points to, `stable` and `stable-previous` above all, or that is a platform of
 * such an image, or whose age nobody knows.
 * @throws SerinError `usage` for a policy that would remove anything
 */
export async function pruneCanaries(repository: Repository, policy: PrunePolicy): Promise<Pruned> {
  const { prefix, keep } = policy;
  if (prefix === '' || !Number.isInteger(keep) || keep < 0) {
    throw new SerinError('usage', {
      expected: 'a prefix of tags, and how many to keep: 0 or more',
      found: `${JSON.stringify(prefix)} and ${keep}`,
    });
  }
  const tagsOf = await tagsByDigest(repository);
  const used = await usedElsewhere(repository, tagsOf, prefix);
  const canaries = await canariesAmong(repository, tagsOf, prefix);
  const newest = canaries
    .filter(({ atMs }) => atMs !== undefined)
    .sort((a, b) => (b.atMs ?? 0) - (a.atMs ?? 0))
    .slice(0, keep);
  const removed: Named[] = [];
  const kept: (Named & { readonly why: string })[] = [];
  for (const canary of canaries) {
    const { digest, tags } = canary;
    const why =
      whyKept(canary, used, newest, keep) ?? (await promotedMeanwhile(repository, digest));
    if (why !== undefined) kept.push({ digest, tags, why });
    else {
      await repository.remove(digest);
      removed.push({ digest, tags });
    }
  }
  return { removed, kept };
}

type TagsOf = ReadonlyMap<Digest, readonly string[]>;

async function tagsByDigest(repository: Repository): Promise<TagsOf> {
  const tagsOf = new Map<Digest, string[]>();
  for (const tag of await repository.tags()) {
    const digest = await repository.digestOf(tag);
    if (digest !== undefined) tagsOf.set(digest, [...(tagsOf.get(digest) ?? []), tag]);
  }
  return tagsOf;
}

/** The images that other tags than canaries' point to, with their platforms. */
async function usedElsewhere(
  repository: Repository,
  tagsOf: TagsOf,
  prefix: string,
): Promise<ReadonlySet<Digest>> {
  const used = new Set<Digest>();
  for (const [digest, tags] of tagsOf) {
    if (tags.every((tag) => tag.startsWith(prefix))) continue;
    used.add(digest);
    for (const platform of platformsOf(await repository.manifest(digest))) used.add(platform);
  }
  return used;
}

async function canariesAmong(
  repository: Repository,
  tagsOf: TagsOf,
  prefix: string,
): Promise<readonly Canary[]> {
  const canaries: Canary[] = [];
  for (const [digest, tags] of tagsOf) {
    if (!tags.some((tag) => tag.startsWith(prefix))) continue;
    canaries.push({ digest, tags, atMs: await imageTimeMs(repository, digest) });
  }
  return canaries;
}

function whyKept(
  canary: Canary,
  used: ReadonlySet<Digest>,
  newest: readonly Canary[],
  keep: number,
): string | undefined {
  if (used.has(canary.digest)) return 'another tag needs it';
  if (canary.atMs === undefined) return 'nobody knows its age';
  return newest.includes(canary) ? `among the newest ${keep}` : undefined;
}

/** Asked right before it would go: a promotion does not wait for this. */
async function promotedMeanwhile(
  repository: Repository,
  digest: Digest,
): Promise<string | undefined> {
  const { stable, previous } = await readStableTags(repository);
  return digest === stable || digest === previous ? 'it was promoted meanwhile' : undefined;
}
