import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runner processes and the command line run the compiled code, and servers serve the built page, so
 * both are made before tests; and the churn samples are trained once for all tests that serve something.
 */
export default function buildOnce(): void {
  run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
  run('node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn');
  const models = `${root}test-results/models`;
  const training = `${root}dist/examples/training/train-samples.js`;
  // Written after the last version.
  const made = `${models}/churn/rows.json`;
  if (existsSync(made) && statSync(made).mtimeMs > statSync(training).mtimeMs) return;
  rmSync(models, { recursive: true, force: true });
  run('bin/serin', 'train-samples', '--out', models, '--model', 'churn', '--json');
}

function run(...command: string[]): void {
  execFileSync(process.execPath, command, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}
