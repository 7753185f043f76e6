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

/** A plain NGINX with one worker, written by hand. */
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

/** The peer: the same two servers behind static weights, without a log. */
export function startReference(port: number, arms: readonly [number, number]): PlainNginx {
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

function startNginx(site: string): PlainNginx {
  const folder = mkdtempSync(join(tmpdir(), 'serin-bench-'));
  chmodSync(folder, 0o711);
  mkdirSync(join(folder, 'temp'));
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
  writeFileSync(join(folder, 'nginx.conf'), configuration);
  execFileSync('nginx', ['-p', folder, '-c', `${folder}/nginx.conf`, '-e', `${folder}/error.log`]);
  const master = Number(readFileSync(join(folder, 'nginx.pid'), 'utf8'));
  return {
    pids: [master, ...childrenOf(master)],
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
