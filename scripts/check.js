// npm run check: every machine-checked habit at once, side by side, in under a minute.
import { spawn } from 'node:child_process';

const checks = {
  types: ['tsc', '-p', 'tsconfig.json'],
  'pure types': ['tsc', '-p', 'tsconfig.pure.json'],
  'page types': ['tsc', '-p', 'ui/tsconfig.json'],
  lint: ['eslint', '.', '--cache', '--max-warnings', '0'],
  format: ['prettier', '--check', '--log-level', 'warn', '.'],
  imports: ['depcruise', 'src', 'ui', '--config', '.dependency-cruiser.cjs'],
  unused: ['knip'],
};

const results = await Promise.all(Object.entries(checks).map(run));
for (const { name, code, seconds, output } of results) {
  if (code !== 0) console.log(`\n--- ${name}\n${output}`);
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)`);
}
process.exitCode = results.some(({ code }) => code !== 0) ? 1 : 0;

function run([name, [command, ...args]]) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn('npx', ['--no-install', command, ...args], {
      env: { ...process.env, FORCE_COLOR: '0' },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('close', (code) =>
      resolve({ name, code, output, seconds: (performance.now() - startedAt) / 1000 }),
    );
  });
}
