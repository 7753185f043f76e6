import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelName } from '../domain/ids.js';

/**
 * Where the NGINX of a model has its files: found again after a restart, short enough for sockets.
 * Run by root, NGINX's workers are another user, who may not enter a private data folder; only root
 * can make a folder in /run, so nobody can put another there.
 * @param dataFolder existing
 * @param wanted the parent that somebody chose
 */
export function nginxFolderOf(
  dataFolder: string,
  wanted: string | undefined,
  model: ModelName,
): string {
  const data = realpathSync(dataFolder);
  const ofModel = shortHash(model);
  if (wanted !== undefined) return join(wanted, ofModel);
  if (process.getuid?.() !== 0) return join(data, 'nginx', ofModel);
  const run = existsSync('/run') ? '/run' : '/var/run';
  return join(run, 'serin', `${shortHash(data)}-${ofModel}`);
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
