import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * The commit that is built: as the CI system says, else of the Git repository around the folder.
 * @returns undefined: neither knows one
 */
export async function commitOf(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const told = env['GITHUB_SHA'] ?? env['CI_COMMIT_SHA'];
  if (told !== undefined && told !== '') return told;
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', folder, 'rev-parse', 'HEAD']);
    return /^[0-9a-f]{40,64}$/.exec(stdout.trim())?.[0];
  } catch {
    // No Git, no repository, no commit yet: the caller asks for a tag.
    return undefined;
  }
}
