// npm start: from a fresh clone to a served model, in one command.
// Flags of `serin serve` go after `--`:  npm start -- --port 9000
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, installPackages, requireNode, root, run, step } from './prepare.js';

requireNode();
installPackages();
build();

const flags = process.argv.slice(2);
const bin = join(root, 'bin', 'serin');
// Somebody who names models or asks for help wants no samples, and no faults in them.
const wantsSamples = !flags.some((flag) => /^(--models|--stable|--help|-h)(=|$)/.test(flag));
const samples = join(root, 'models');
if (wantsSamples && !holdsModels(samples)) {
  step('Training the sample models');
  run(process.execPath, [bin, 'train-samples', '--out', samples], 'The samples could not be made.');
}
const isDemo = wantsSamples && existsSync(join(samples, '.serin-samples'));
const demoFlags = isDemo ? ['--default-model', 'churn', '--enable-faults'] : [];

const server = spawn(process.execPath, [bin, 'serve', ...demoFlags, ...flags], {
  cwd: root,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 0 : 1);
});

function holdsModels(folder) {
  return existsSync(folder) && readdirSync(folder).some((name) => !name.startsWith('.'));
}
