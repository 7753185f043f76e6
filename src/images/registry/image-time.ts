import type { Digest } from '../../domain/ids.js';
import { isRecord, parsedOrUndefined } from './json.js';
import { annotatedTimeMs, configOf, platformsOf, timeMs } from './manifest.js';
import type { Repository } from './registry.js';

/**
 * When an image was made: as its manifest's annotation says, else its configuration, else the first
 * of its platforms.
 * @returns milliseconds since 1970; undefined where nothing says it, or a build without times does
 */
export async function imageTimeMs(
  repository: Repository,
  digest: Digest,
): Promise<number | undefined> {
  const manifest = await repository.manifest(digest);
  const atMs =
    annotatedTimeMs(manifest) ?? (await configuredTimeMs(repository, configOf(manifest)));
  // Builds that give the same bytes each time write the beginning of 1970, or the year 1.
  if (atMs !== undefined) return atMs > 0 ? atMs : undefined;
  const [platform] = platformsOf(manifest);
  return platform === undefined || platform === digest
    ? undefined
    : imageTimeMs(repository, platform);
}

async function configuredTimeMs(
  repository: Repository,
  config: Digest | undefined,
): Promise<number | undefined> {
  if (config === undefined) return undefined;
  const body = parsedOrUndefined((await repository.blob(config)).toString('utf8'));
  return isRecord(body) ? timeMs(body['created']) : undefined;
}
