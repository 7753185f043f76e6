import { digestOf, type Manifest } from '../../../src/images/registry/manifest.js';
import type { Digest } from '../../../src/domain/ids.js';

/** What a test pushes: an image of one small layer, or an index of such images. */
export interface TestImage {
  readonly content: string;
  /** Of the configuration; none: a build without times. */
  readonly created?: string;
}

/** How a test reaches a repository, past the client that is tested. */
export interface TestRepository {
  readonly host: string;
  readonly path: string;
  readonly authorization?: string;
}

const imageType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

/** Pushes an image as engines do, one request after the other. */
export async function pushImage(
  repository: TestRepository,
  tag: string,
  { content, created }: TestImage,
): Promise<Digest> {
  const layer = await putBlob(repository, content);
  const config = await putBlob(
    repository,
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      ...(created === undefined ? {} : { created }),
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
    }),
  );
  // Two blanks: whoever writes the JSON anew gets another digest.
  const text = JSON.stringify(
    {
      schemaVersion: 2,
      mediaType: imageType,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer }],
    },
    undefined,
    2,
  );
  return putManifest(repository, tag, text, imageType);
}

/** Pushes an index of images for several platforms that are there already. */
export function pushIndex(
  repository: TestRepository,
  tag: string,
  platforms: Readonly<Record<string, Manifest>>,
): Promise<Digest> {
  const manifests = Object.entries(platforms).map(([architecture, { digest, bytes }]) => ({
    mediaType: imageType,
    digest,
    size: bytes.length,
    platform: { architecture, os: 'linux' },
  }));
  const index = { schemaVersion: 2, mediaType: indexType, manifests };
  return putManifest(repository, tag, JSON.stringify(index, undefined, 3), indexType);
}

async function putBlob(
  repository: TestRepository,
  content: string,
): Promise<{ digest: Digest; size: number }> {
  const bytes = Buffer.from(content);
  const digest = digestOf(bytes);
  const begun = await ask(repository, 'POST', 'blobs/uploads/');
  const place = new URL(begun.headers.get('location') ?? '', urlOf(repository, ''));
  place.searchParams.set('digest', digest);
  await ask(repository, 'PUT', place.href, bytes, 'application/octet-stream');
  return { digest, size: bytes.length };
}

async function putManifest(
  repository: TestRepository,
  tag: string,
  text: string,
  type: string,
): Promise<Digest> {
  const reply = await ask(repository, 'PUT', `manifests/${tag}`, Buffer.from(text), type);
  return reply.headers.get('docker-content-digest') as Digest;
}

function urlOf({ host, path }: TestRepository, rest: string): URL {
  return new URL(rest, `http://${host}/v2/${path}/`);
}

async function ask(
  repository: TestRepository,
  method: string,
  address: string,
  body?: Buffer,
  type = 'application/octet-stream',
): Promise<Response> {
  const { authorization } = repository;
  const response = await fetch(urlOf(repository, address), {
    method,
    headers: {
      'content-type': type,
      ...(authorization === undefined ? {} : { authorization }),
    },
    ...(body === undefined ? {} : { body: new Uint8Array(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${address}: ${response.status}`);
  return response;
}
