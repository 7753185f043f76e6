import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toModelName, toVersionName } from '../../src/domain/ids.js';
import { toPercent } from '../../src/domain/share.js';
import { checkSettings } from '../../src/traffic/nginx/check-settings.js';
import { renderNginx } from '../../src/traffic/nginx/config/render.js';
import { findNginx } from '../../src/traffic/nginx/find-nginx.js';

/** An NGINX with one worker that Serin does not run. */
export interface PlainNginx {
  /** Master and worker. */
  readonly pids: readonly number[];
  stop(): void;
}

/** Two servers that answer at once: what is measured is the NGINX in front. */
export function startArms(ports: readonly number[]): PlainNginx {
  const answer = `return 200 '{"model":"churn","prediction":0.5,"latency_ms":0.1}';`;
  const servers = ports.map(
    (port) => `server { listen 127.0.0.1:${port}; keepalive_requests 1000000000;
    location / { default_type application/json; ${answer} } }`,
  );
  return startNginx(servers.join('\n  '));
}

/** The least that an NGINX can do: the same two servers behind static weights, without a log. */
export function startBare(port: number, arms: readonly [number, number]): PlainNginx {
  return startNginx(`upstream arms {
    server 127.0.0.1:${arms[0]} weight=75;
    server 127.0.0.1:${arms[1]} weight=25;
    keepalive 64;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port};
    keepalive_requests 1000000000;
    location / {
      proxy_pass http://arms;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }`);
}

/**
 * The peer with everything that Serin's does for a request and its answer (ids, headers, bodies in
 * memory, no buffering of answers, time-outs, a second try), but static weights, no Lua and no log.
 */
export async function startSame(
  port: number,
  arms: readonly [number, number],
): Promise<PlainNginx> {
  const folder = newFolder();
  mkdirSync(join(folder, 'admin'));
  const [stable, canary] = arms.map((arm, index) => ({
    url: `http://127.0.0.1:${arm}`,
    version: toVersionName(String(index + 1)),
  }));
  if (stable === undefined || canary === undefined) throw new Error('two arms are needed');
  const listen = [{ host: '127.0.0.1', port }];
  const route = { model: toModelName('churn'), listen, stable, canary };
  const routes = checkSettings({ folder, routes: [route] }).map((settings) => ({
    settings,
    stable: { address: `127.0.0.1:${arms[0]}`, version: stable.version },
    canary: { address: `127.0.0.1:${arms[1]}`, version: canary.version },
    weight: toPercent(25),
    shadow: toPercent(0),
  }));
  const nginx = await findNginx(undefined);
  const plan = { ...{ nginx, folder, routes }, mode: 'plain', own: true, name: 'serin' } as const;
  const { text } = renderNginx({ ...plan, workers: 1, luaFile: '' });
  return startConfigured(folder, text.replace(/access_log "[^;]*;/g, 'access_log off;'));
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sn-'));
  chmodSync(folder, 0o711);
  mkdirSync(join(folder, 'temp'));
  return folder;
}

function startNginx(site: string): PlainNginx {
  const folder = newFolder();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const configuration = `pid ${folder}/nginx.pid;
worker_processes 1;
events { worker_connections 4096; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/temp/${name};`).join('\n  ')}
  ${site}
}
`;
  return startConfigured(folder, configuration);
}

function startConfigured(folder: string, configuration: string): PlainNginx {
  writeFileSync(join(folder, 'nginx.conf'), configuration);
  execFileSync('nginx', ['-p', folder, '-c', `${folder}/nginx.conf`, '-e', `${folder}/error.log`]);
  const master = Number(readFileSync(join(folder, 'nginx.pid'), 'utf8'));
  return {
    // Looked up when it is asked for: right after its start there is no worker yet.
    get pids() {
      return [master, ...childrenOf(master)];
    },
    stop: () => void process.kill(master, 'SIGTERM'),
  };
}

/** Linux: the processes whose parent it is. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => parentOf(pid) === parent)
    .map(Number);
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // It ended while the others were looked at.
    return undefined;
  }
}
