// npm start: from a fresh clone to a served model, in one command.
// Flags of `serin serve` go after `--`:  npm start -- --port 9000
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, installPackages, requireNode, root, run, step } from './prepare.js';

requireNode();
installPackages();
build();

const flags = process.argv.slice(2);
const bin = join(root, 'bin', 'serin');
// Somebody who names models or asks for help wants no samples, and no faults in them.
const wantsSamples = !flags.some((flag) => /^(--models|--stable|--help|-h)(=|$)/.test(flag));
const demoFlags = wantsSamples ? await prepareSamples(join(root, 'models')) : [];

const server = spawn(process.execPath, [bin, 'serve', ...demoFlags, ...flags], {
  cwd: root,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 0 : 1);
});

/** Trains what is missing of the samples; the flags to serve them with where nothing else is there. */
async function prepareSamples(folder) {
  const { demoModel, planStart } = await import('../dist/examples/training/start-plan.js');
  const { trains, isDemo } = await planStart(folder);
  if (trains) {
    step('Training the sample models');
    run(process.execPath, [bin, 'train-samples', '--out', folder], 'No samples could be made.');
  }
  return isDemo ? ['--default-model', demoModel, '--enable-faults'] : [];
}
