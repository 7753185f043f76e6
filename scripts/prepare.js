// What `npm start` and `npm test` need before they can begin: packages and compiled code.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Ends with words a person can act on when this Node is too old. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Node 20.19 or later is needed, this is ${process.versions.node}. Install a newer one.`);
}

/** Installs what the lockfile says, unless exactly that is installed. */
export function installPackages() {
  const stamp = join(root, 'node_modules', '.serin-installed');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.versions.modules)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  step('Installing packages');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci failed.');
  writeFileSync(stamp, wanted);
}

/** Compiles the program and builds the page, each unless nothing changed since. */
export function build() {
  buildFrom(
    ['src', 'examples', 'bench', 'tsconfig.json', 'tsconfig.build.json'],
    'dist/.compiled',
    'Compiling',
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
  );
  buildFrom(
    ['ui', 'schemas', 'vite.config.ts', 'package-lock.json'],
    'dist/.page-built',
    'Building the page',
    ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'],
  );
}

/** The stamp is written after success only: what did not build is built again. */
function buildFrom(sources, stamp, words, command) {
  const newest = Math.max(...sources.map((path) => newestChange(join(root, path))));
  const file = join(root, stamp);
  if (existsSync(file) && statSync(file).mtimeMs > newest) return;
  step(words);
  run(process.execPath, command, 'It does not build.');
  writeFileSync(file, '');
}

export function step(words) {
  console.log(`  ${words} …`);
}

export function run(command, args, failure, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.status !== 0) fail(failure);
}

export function fail(words) {
  console.error(`serin: ${words}`);
  process.exit(1);
}

function newestChange(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const inside = readdirSync(path).map((name) => newestChange(join(path, name)));
  return Math.max(stat.mtimeMs, ...inside);
}
