import type { Plan } from './plan.js';
import { inFolder } from './quoted.js';

/**
 * Where lines of a format are written, as `access_log` takes it. NGINX wants the same buffer wherever
 * the file is named: so all lines of a worker go through one, and share its fate. A small one, as Serin
 * works off at once what comes at once, and NGINX may need the same CPU.
 */
export function observationsLog({ folder }: Plan, format: string): string {
  return `${inFolder(folder, 'observations.log')} ${format} buffer=16k flush=100ms`;
}
