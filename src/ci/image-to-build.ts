import { SerinError } from '../domain/errors.js';
import { parseImageName, type ImageName } from '../images/registry/image-name.js';

/** An image under a tag that a pipeline moves. */
export type TaggedImage = ImageName & { readonly tag: string };

/** What every canary's tag begins with; what follows is the commit. */
export const canaryPrefix = 'canary-deployment-';

/** Who names the image, the first that does. */
export interface ImageNaming {
  /** What the command line says. */
  readonly given: string | undefined;
  /** REGISTRY (a host, with a path where there is one), IMAGE_NAME and IMAGE_TAG. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The canary of the rollout file; its tag and digest are those of another build. */
  readonly canaryImage: string | undefined;
  /** Makes up the tag where nothing says it. */
  readonly commit: string | undefined;
}

/**
 * The image that a pipeline builds.
 * @throws SerinError `image-name-invalid`, `usage` where nothing says a name or a tag
 */
export function imageToBuild({ given, env, canaryImage, commit }: ImageNaming): TaggedImage {
  const { REGISTRY: registry, IMAGE_NAME: name, IMAGE_TAG: tag } = env;
  const image = nameOf(
    given ?? (name === undefined ? undefined : joined(registry, name)),
    canaryImage,
  );
  return { ...image, tag: tagOf(image, tag, commit) };
}

function nameOf(text: string | undefined, canaryImage: string | undefined): ImageName {
  if (text !== undefined) return parseImageName(text);
  if (canaryImage !== undefined) {
    const { registry, repository } = parseImageName(canaryImage);
    return { registry, repository };
  }
  throw new SerinError('usage', {
    expected: 'the name of the image: --image, or REGISTRY and IMAGE_NAME',
    found: 'neither',
  });
}

function joined(registry: string | undefined, name: string): string {
  const host = (registry ?? '').replace(/^https?:\/\//, '').replace(/\/+$/, '');
  return host === '' ? name : `${host}/${name}`;
}

function tagOf(image: ImageName, given: string | undefined, commit: string | undefined): string {
  if (image.digest !== undefined) {
    throw new SerinError('usage', {
      expected: 'a name without a digest: what is built has one of its own',
      found: image.digest,
    });
  }
  const tag = image.tag ?? given ?? (commit === undefined ? undefined : canaryPrefix + commit);
  if (tag === undefined) {
    throw new SerinError('usage', {
      expected: 'a tag: IMAGE_TAG, a tag in --image, or a commit of Git to name it after',
      found: 'none of them',
    });
  }
  if (/^\w[\w.-]{0,127}$/.test(tag)) return tag;
  throw new SerinError('image-name-invalid', {
    expected: 'a tag of letters, digits, "_", "." and "-", at most 128',
    found: JSON.stringify(tag.slice(0, 200)),
  });
}
