import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { canRunNginx } from '../integration/nginx/nginx-under-test.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** What the stages before make, and the repository has not. */
const made = new Set(['node_modules', 'dist']);

test.each([
  ['deploy/Dockerfile', '.'],
  ['examples/churn-containers/Dockerfile', 'examples/churn-containers'],
])(
  'everything that %s copies is there, and it runs as nobody in particular, with a health check',
  (file, context) => {
    const lines = read(file).split('\n');
    const copied = lines.flatMap((line) => {
      const [, sources = ''] = /^COPY (?:--from=build )?(.+) \S+$/.exec(line) ?? [];
      return sources.split(' ').filter((source) => source !== '' && !source.includes('$'));
    });
    expect(copied.length).toBeGreaterThan(1);
    for (const source of copied.map((one) => one.replace(/^\/(serin|build)\//, ''))) {
      if (!made.has(source.split('/')[0] ?? ''))
        expect(existsSync(join(root, context, source))).toBe(true);
    }
    expect(lines).toContain('USER node');
    expect(lines.some((line) => line.startsWith('HEALTHCHECK'))).toBe(true);
  },
);

test('the Compose file starts what its services wait for, of files that are there', () => {
  const { services } = parse(read('deploy/compose.yaml')) as {
    services: Record<string, { depends_on?: object; build?: { dockerfile: string } }>;
  };
  expect(Object.keys(services)).toEqual(['serin', 'model', 'nginx']);
  for (const { depends_on: waits = {}, build } of Object.values(services)) {
    for (const name of Object.keys(waits)) expect(services).toHaveProperty(name);
    if (build !== undefined) expect(existsSync(join(root, build.dockerfile))).toBe(true);
  }
});

test.skipIf(!canRunNginx())('NGINX takes the configuration of the Compose file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'serin-compose-'));
  try {
    // The name is known in the network of the Compose file alone.
    const servers = read('deploy/compose.nginx.conf').replace('serin:8080', '127.0.0.1:8080');
    writeFileSync(join(folder, 'default.conf'), servers);
    const main = `pid ${folder}/pid; events {} http { access_log off; include ${folder}/default.conf; }`;
    writeFileSync(join(folder, 'nginx.conf'), main);
    execFileSync('/usr/sbin/nginx', ['-t', '-c', join(folder, 'nginx.conf')], { stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
