import type { Plan } from './plan.js';
import { inFolder, quoted } from './quoted.js';

/** What stands around the site where Serin runs the NGINX itself. */
export function renderMain(plan: Plan, site: string): string {
  const { nginx, folder, workers } = plan;
  const modules = plan.mode === 'lua' ? nginx.luaModules : [];
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  // The slowest request of an old worker is cut off after this, and not before (DATAPLANE).
  const slowestSeconds = Math.ceil(longestRequestMs(plan) / 1000) + 1;
  return `daemon on;
pid ${inFolder(folder, 'nginx.pid')};
error_log ${inFolder(folder, 'error.log')} warn;
worker_processes ${workers ?? 'auto'};
worker_rlimit_nofile 16384;
worker_shutdown_timeout ${slowestSeconds}s;
${modules.map((file) => `load_module ${quoted(file)};\n`).join('')}
events {
  worker_connections 4096;
}

http {
  access_log off;
  server_tokens off;
  default_type application/octet-stream;
${temporary.map((name) => `  ${name}_temp_path ${inFolder(folder, `temp/${name}`)};\n`).join('')}
${site.replace(/^(?=.)/gm, '  ')}}
`;
}

/** A try of the canary, one of stable in the canary's time, and one in its own (route.ts). */
export function longestRequestMs({ routes }: Plan): number {
  const each = routes.map(({ settings }) => {
    const { connectTimeoutMs, canaryTimeoutMs, readTimeoutMs } = settings;
    return 3 * connectTimeoutMs + 2 * canaryTimeoutMs + readTimeoutMs;
  });
  return Math.max(...each);
}
