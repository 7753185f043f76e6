import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SerinError } from '../../../domain/errors.js';
import { toDigest, type Digest } from '../../../domain/ids.js';

/** Where docker and podman differ. */
export interface EngineProgram {
  readonly program: 'docker' | 'podman';
  /** Prints a version only where the engine can work: for docker, where its daemon answers. */
  readonly version: readonly string[];
  /** @param push runs `push` with these arguments */
  push(image: string, push: Push): Promise<Digest>;
}

type Push = (args: readonly string[]) => Promise<{ readonly stdout: string }>;

export const podman: EngineProgram = {
  program: 'podman',
  version: ['version', '--format', '{{.Client.Version}}'],
  push: async (image, push) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'serin-push-'));
    try {
      const file = path.join(folder, 'digest');
      await push(['--digestfile', file, image]);
      return toDigest((await readFile(file, 'utf8')).trim());
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

export const docker: EngineProgram = {
  program: 'docker',
  version: ['version', '--format', '{{.Server.Version}}'],
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
