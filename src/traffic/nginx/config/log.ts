import type { Plan } from './plan.js';
import { inFolder } from './quoted.js';

/**
 * Where lines of a format are written, as `access_log` takes it. NGINX wants the same buffer wherever
 * the file is named: so all lines of a worker go through one, and share its fate.
 */
export function observationsLog({ folder }: Plan, format: string): string {
  return `${inFolder(folder, 'observations.log')} ${format} buffer=64k flush=100ms`;
}
