import { SerinError } from '../domain/errors.js';
import type { ContainerEngine } from './engine/engine.js';
import { parseImageName, writeImageName } from './registry/image-name.js';
import { openRepository } from './registry/registry.js';

/** Names that begin with a host are a registry's; `localhost/…` is what podman calls its own. */
const ofRegistry = /^[^/]*[.:][^/]*\/|^localhost:\d+\//;

/**
 * Finds what an image's name means now. A name with a registry is asked there, whatever this machine
 * has under it: that may be of yesterday. Any other is first looked for on this machine.
 * @returns the image by its digest (`registry.example/churn@sha256:…`), or by its id on this machine
 * @throws SerinError `image-name-invalid`, `image-not-found`, `engine-missing`, `engine-failed`, and
 * what a registry throws
 */
export async function pinImage(
  name: string,
  engine: () => Promise<ContainerEngine>,
): Promise<string> {
  const image = parseImageName(name);
  const { registry, repository, tag = 'latest', digest } = image;
  if (digest !== undefined) return writeImageName({ registry, repository, digest });
  if (!ofRegistry.test(name)) {
    const id = await (await engine()).idOf(name);
    if (id !== undefined) return id;
    if (name.startsWith('localhost/')) throw notFound(name, 'none on this machine');
  }
  const found = await (await openRepository(image)).digestOf(tag);
  if (found === undefined) throw notFound(name, `none in ${registry}`);
  return writeImageName({ registry, repository, digest: found });
}

function notFound(name: string, found: string): SerinError {
  return new SerinError('image-not-found', { expected: `image ${name}`, found });
}
