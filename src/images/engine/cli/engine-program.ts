import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isOnLoopback } from '../../registry/address.js';
import { parseImageName } from '../../registry/image-name.js';
import { SerinError } from '../../../domain/errors.js';
import { toDigest, type Digest } from '../../../domain/ids.js';

/** Where docker and podman differ. */
export interface EngineProgram {
  readonly program: 'docker' | 'podman';
  /** Prints a version only where the engine can work: for docker, where its daemon answers. */
  readonly version: readonly string[];
  /** How the registry of an image is reached; the first arguments of `pull`, and of `run`. */
  registryFlags(image: string): readonly string[];
  /** @param push runs `push` with these arguments */
  push(image: string, push: Push): Promise<Digest>;
}

type Push = (args: readonly string[]) => Promise<{ readonly stdout: string }>;

export const podman: EngineProgram = {
  program: 'podman',
  version: ['version', '--format', '{{.Client.Version}}'],
  registryFlags,
  push: async (image, push) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'serin-push-'));
    try {
      const file = path.join(folder, 'digest');
      await push([...registryFlags(image), '--digestfile', file, image]);
      return toDigest((await readFile(file, 'utf8')).trim());
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

export const docker: EngineProgram = {
  program: 'docker',
  version: ['version', '--format', '{{.Server.Version}}'],
  // It asks a registry on this machine by HTTP by itself.
  registryFlags: () => [],
  push: async (image, push) => {
    const { stdout } = await push([image]);
    return readPushedDigest(stdout);
  },
};

/**
 * Reads the digest out of the last line that `docker push` prints: `2: digest: sha256:… size: 1234`.
 * @throws SerinError `engine-failed`
 */
export function readPushedDigest(printed: string): Digest {
  const digest = [...printed.matchAll(/digest: (sha256:[0-9a-f]{64})/g)].at(-1)?.[1];
  if (digest !== undefined) return toDigest(digest);
  throw new SerinError('engine-failed', {
    expected: 'docker push to print the digest of what it pushed',
    found: 'none',
  });
}

/** Podman has to be told that a registry on this machine is asked by HTTP. */
function registryFlags(image: string): readonly string[] {
  // An image's id names no registry.
  if (!image.includes('/')) return [];
  return isOnLoopback(parseImageName(image).registry) ? ['--tls-verify=false'] : [];
}
