import { chmod, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SerinError } from '../../domain/errors.js';
import { adminSocket } from './config/admin.js';
import type { NginxSettings } from './settings.js';

/**
 * Makes the folder, with a part that only Serin can enter.
 * @returns its real path
 * @throws SerinError `nginx-settings-invalid` where NGINX's workers could not enter it
 */
export async function prepareFolder({ folder: wanted, existing }: NginxSettings): Promise<string> {
  await mkdir(wanted, { recursive: true });
  const folder = await realpath(wanted);
  await chmod(folder, 0o711);
  const workersAreOthers = process.getuid?.() === 0 || existing !== undefined;
  if (workersAreOthers) await requireOpenTo(folder);
  const admin = dirname(join(folder, adminSocket));
  await mkdir(admin, { recursive: true });
  // Whoever can reach the socket in it can move traffic.
  await chmod(admin, 0o700);
  return folder;
}

async function requireOpenTo(folder: string): Promise<void> {
  for (let place = folder; place !== dirname(place); place = dirname(place)) {
    if (((await stat(place)).mode & 0o001) !== 0) continue;
    throw new SerinError('nginx-settings-invalid', {
      expected: "a folder that NGINX's workers can enter, who are another user",
      found: `${place}, which is private`,
    });
  }
}
