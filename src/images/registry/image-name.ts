import { SerinError } from '../../domain/errors.js';
import { toDigest, type Digest } from '../../domain/ids.js';

/** An image in a registry, as commands and files name it: `host:port/name:tag@digest`. */
export interface ImageName {
  /** Host, and port where there is one: `ghcr.io`, `127.0.0.1:5000`; `docker.io` where none is named. */
  readonly registry: string;
  /** The path in the registry: `team/churn`; `library/churn` of Docker Hub's own images. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

/** What is meant where no registry is named. */
export const dockerHub = 'docker.io';

/**
 * Reads the name of an image. The part before the first slash is a registry where it has a dot or a
 * port, or is `localhost`.
 * Source: the grammar of distribution/reference, v2.
 * @throws SerinError `image-name-invalid`
 */
export function parseImageName(text: string): ImageName {
  const [, named = '', tag, digest] =
    /^([^@]*?)(?::(\w[\w.-]{0,127}))?(?:@([^@]*))?$/.exec(text) ?? [];
  const { registry, repository } = partRegistry(named);
  if (!hostPattern.test(registry) || !repositoryPattern.test(repository) || text.length > 512) {
    throw new SerinError('image-name-invalid', {
      expected: 'host:port/name:tag, of which host and tag may be left out, names in lower case',
      found: JSON.stringify(text.slice(0, 200)),
    });
  }
  return {
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest: readDigest(digest, text) }),
  };
}

/** The name as engines and registries read it, whole: with its registry, its tag and its digest. */
export function writeImageName({ registry, repository, tag, digest }: ImageName): string {
  const tagged = tag === undefined ? '' : `:${tag}`;
  const pinned = digest === undefined ? '' : `@${digest}`;
  return `${registry}/${repository}${tagged}${pinned}`;
}

const hostPattern =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?$/;
const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const repositoryPattern = new RegExp(`^${component}(?:/${component})*$`);

function partRegistry(named: string): Pick<ImageName, 'registry' | 'repository'> {
  const slash = named.indexOf('/');
  const first = named.slice(0, Math.max(slash, 0));
  if (/[.:]|^localhost$/.test(first) && first !== dockerHub && first !== 'index.docker.io') {
    return { registry: first, repository: named.slice(slash + 1) };
  }
  const rest = /[.:]/.test(first) ? named.slice(slash + 1) : named;
  return { registry: dockerHub, repository: rest.includes('/') ? rest : `library/${rest}` };
}

function readDigest(digest: string, text: string): Digest {
  try {
    return toDigest(digest);
  } catch (cause) {
    throw new SerinError('image-name-invalid', {
      expected: 'sha256: and 64 hexadecimal digits after the @',
      found: JSON.stringify(text.slice(0, 200)),
      cause,
    });
  }
}
