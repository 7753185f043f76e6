import { SerinError } from '../../domain/errors.js';
import type { Digest } from '../../domain/ids.js';
import { addressOfRegistry } from './address.js';
import { findCredentials, type Credentials } from './credentials.js';
import { networkExchange, type Exchange, type Reply } from './exchange.js';
import { failureOf } from './failure.js';
import { followingExchange } from './following-exchange.js';
import type { ImageName } from './image-name.js';
import { acceptedManifests, digestOf, readDigest, type Manifest } from './manifest.js';
import { nextPage, tagsIn } from './tag-list.js';
import { defaultPatience, patientExchange, type Patience } from './patient-exchange.js';
import { signedInExchange } from './sign-in.js';

/**
 * One repository of a registry.
 * Source: the OCI distribution specification, 1.1. Every method throws SerinError
 * `registry-unreachable`, `registry-unauthorized`, `registry-denied`, `registry-busy`,
 * `registry-failed` and `registry-answer-invalid`.
 */
export interface Repository {
  /** `ghcr.io/team/churn`. */
  readonly name: string;
  /** @returns undefined: there is no such tag or digest */
  digestOf(reference: string): Promise<Digest | undefined>;
  /** @throws SerinError `image-not-found` */
  manifest(reference: string): Promise<Manifest>;
  /** Puts a manifest under a tag; what it names must be in this repository already. */
  put(tag: string, manifest: Manifest): Promise<void>;
  /** All tags, in the order of the registry; none where there is no such repository yet. */
  tags(): Promise<readonly string[]>;
  /** Removes a manifest with *every* tag on it; nothing where it is gone already. */
  remove(digest: Digest): Promise<void>;
  /** A small blob, such as a configuration. @throws SerinError `image-not-found` */
  blob(digest: Digest): Promise<Buffer>;
}

export interface RegistryWishes {
  /** Found where docker and podman keep them where it is left out; null: none. */
  readonly credentials?: Credentials | null;
  readonly patience?: Partial<Patience>;
  /** Of one request. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Opens the repository of an image. Nothing is asked yet.
 * @throws SerinError `registry-credentials-invalid`
 */
export async function openRepository(
  image: ImageName,
  wishes: RegistryWishes = {},
): Promise<Repository> {
  const { credentials, patience, timeoutMs = 30_000, signal } = wishes;
  const known = credentials === undefined ? await findCredentials(image) : credentials;
  const patient = patientExchange(networkExchange(timeoutMs, signal), {
    ...defaultPatience,
    ...patience,
  });
  const base = new URL(`${addressOfRegistry(image.registry)}/v2/${image.repository}/`);
  return new HttpRepository(
    `${image.registry}/${image.repository}`,
    base,
    signedInExchange(patient, known ?? undefined),
    patient,
  );
}

class HttpRepository implements Repository {
  /** @param plain for what the registry sends elsewhere for, without signing in */
  constructor(
    readonly name: string,
    private readonly base: URL,
    private readonly exchange: Exchange,
    private readonly plain: Exchange,
  ) {}

  async digestOf(reference: string): Promise<Digest | undefined> {
    const reply = await this.#askManifest('HEAD', reference);
    if (reply.status === 404) return undefined;
    this.#require(reply, [200], `the digest of ${this.#shown(reference)}`);
    const digest = reply.header('docker-content-digest');
    // The header is not required of a registry.
    return digest === undefined ? (await this.manifest(reference)).digest : readDigest(digest);
  }

  async manifest(reference: string): Promise<Manifest> {
    const reply = await this.#askManifest('GET', reference);
    this.#require(reply, [200], `the manifest of ${this.#shown(reference)}`);
    const digest = digestOf(reply.body);
    const promised = reference.startsWith('sha256:')
      ? reference
      : (reply.header('docker-content-digest') ?? digest);
    if (promised !== digest) throw otherBytes(this.#shown(reference), promised, digest);
    const [mediaType = ''] = (reply.header('content-type') ?? '').split(';');
    return { digest, mediaType, bytes: reply.body };
  }

  async put(tag: string, { bytes, mediaType, digest }: Manifest): Promise<void> {
    const reply = await this.exchange({
      method: 'PUT',
      url: this.#at(`manifests/${tag}`),
      headers: { 'content-type': mediaType },
      body: bytes,
    });
    this.#require(reply, [201], `to put ${digest} under ${this.#shown(tag)}`);
    const put = reply.header('docker-content-digest') ?? digest;
    if (put !== digest) throw otherBytes(this.#shown(tag), digest, put);
  }

  async tags(): Promise<readonly string[]> {
    const all: string[] = [];
    let url: URL | undefined = this.#at('tags/list?n=1000');
    while (url !== undefined) {
      const reply = await this.exchange({ method: 'GET', url });
      if (reply.status === 404) return all;
      this.#require(reply, [200], `the tags of ${this.name}`);
      all.push(...tagsIn(reply, this.name));
      url = nextPage(reply, url);
    }
    return all;
  }

  async remove(digest: Digest): Promise<void> {
    const reply = await this.exchange({ method: 'DELETE', url: this.#at(`manifests/${digest}`) });
    if (reply.status === 404) return;
    this.#require(reply, [200, 202], `to delete ${this.#shown(digest)}`);
  }

  async blob(digest: Digest): Promise<Buffer> {
    const ask = { method: 'GET', url: this.#at(`blobs/${digest}`) } as const;
    const reply = await followingExchange(this.exchange, this.plain)(ask);
    this.#require(reply, [200], `the blob ${digest} of ${this.name}`);
    const found = digestOf(reply.body);
    if (found !== digest) throw otherBytes(`blob ${digest}`, digest, found);
    return reply.body;
  }

  #askManifest(method: 'GET' | 'HEAD', reference: string): Promise<Reply> {
    const headers = { accept: acceptedManifests };
    return this.exchange({ method, url: this.#at(`manifests/${reference}`), headers });
  }

  #at(path: string): URL {
    return new URL(path, this.base);
  }

  #shown(reference: string): string {
    return `${this.name}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`;
  }

  #require(reply: Reply, statuses: readonly number[], wanted: string): void {
    if (!statuses.includes(reply.status)) throw failureOf(reply, wanted);
  }
}

function otherBytes(what: string, expected: string, found: string): SerinError {
  return new SerinError('registry-answer-invalid', {
    expected: `${expected} for ${what}`,
    found,
    advice: 'The registry, or something before it, changed the bytes; nothing was done with them.',
  });
}
