import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SerinError } from '../domain/errors.js';

const usualName = 'Dockerfile';

/** Of a Serin with a model repository in it. */
const ownDockerfile = fileURLToPath(
  new URL(
    `${import.meta.url.endsWith('.ts') ? '../../' : '../../../'}deploy/Dockerfile.model`,
    import.meta.url,
  ),
);

/**
 * What a folder is built by: the file that somebody names, the folder's own, or Serin's, where the
 * folder has a model repository in `models/` and no Dockerfile.
 * @param given relative to the folder; undefined: nobody names one
 * @returns a path relative to the folder, or an absolute one; it may not be there
 */
export function dockerfileOf(folder: string, given: string | undefined): string {
  if (given !== undefined) return given;
  const isThere = (name: string): boolean => existsSync(path.join(folder, name));
  return !isThere(usualName) && isThere('models') ? ownDockerfile : usualName;
}

/** @throws SerinError `dockerfile-missing` */
export function requireDockerfile(folder: string, dockerfile: string): void {
  const file = path.resolve(folder, dockerfile);
  if (existsSync(file)) return;
  const orModels = `, or a model repository at ${path.join(folder, 'models')}`;
  throw new SerinError('dockerfile-missing', {
    expected: `a Dockerfile at ${file}${dockerfile === usualName ? orModels : ''}`,
    found: 'none',
  });
}
