import { createHash } from 'node:crypto';
import { SerinError } from '../../domain/errors.js';
import { toDigest, type Digest } from '../../domain/ids.js';
import { isRecord, parsedOrUndefined, type JsonRecord } from './json.js';

/**
 * What a registry knows an image by, as it was pushed: its digest is that of exactly these bytes, so
 * they are never written anew.
 */
export interface Manifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;
const indexTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
] as const;

/** A registry answers 404 for what is not named here. */
export const acceptedManifests = [...manifestTypes, ...indexTypes].join(', ');

/** The digest of bytes. */
export function digestOf(bytes: Buffer): Digest {
  return toDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
}

/**
 * A digest as a registry gives it.
 * @throws SerinError `registry-answer-invalid`
 */
export function readDigest(text: string): Digest {
  try {
    return toDigest(text);
  } catch (cause) {
    throw new SerinError('registry-answer-invalid', {
      expected: 'a digest: sha256: and 64 hexadecimal digits',
      found: JSON.stringify(text.slice(0, 200)),
      cause,
    });
  }
}

/** The manifests of an index, one a platform; of a manifest of one platform none. */
export function platformsOf(manifest: Manifest): readonly Digest[] {
  const { manifests } = bodyOf(manifest);
  if (!Array.isArray(manifests)) return [];
  return manifests.flatMap((one: unknown) => digestIn(one) ?? []);
}

/** The digest of its configuration; undefined for an index. */
export function configOf(manifest: Manifest): Digest | undefined {
  return digestIn(bodyOf(manifest)['config']);
}

/** When the image was made, as its manifest says, in milliseconds since 1970. */
export function annotatedTimeMs(manifest: Manifest): number | undefined {
  const { annotations } = bodyOf(manifest);
  if (!isRecord(annotations)) return undefined;
  return timeMs(annotations['org.opencontainers.image.created']);
}

/** A time of RFC 3339 in milliseconds since 1970; undefined for anything else. */
export function timeMs(value: unknown): number | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

function bodyOf({ bytes, digest }: Manifest): JsonRecord {
  const body = parsedOrUndefined(bytes.toString('utf8'));
  if (isRecord(body)) return body;
  throw new SerinError('registry-answer-invalid', {
    expected: 'a manifest, which is a JSON object',
    found: `something else at ${digest}`,
  });
}

function digestIn(descriptor: unknown): Digest | undefined {
  if (!isRecord(descriptor) || typeof descriptor['digest'] !== 'string') return undefined;
  return readDigest(descriptor['digest']);
}
