// Runs the tests. What drives real processes, networks and browsers on a machine that others use as
// well may fail once for reasons of the machine: such a file is run once more, alone, and named at the
// end. What fails twice fails; what has no such parts fails at once.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fail, root, step } from './prepare.js';

/** More than so many files are no accident. */
const mostFilesAgain = 2;
const realParts = /^(test\/(e2e|integration|containers)|examples)\//;

/** @param {readonly string[]} wanted what vitest is to run; nothing: everything */
export function runTests(wanted) {
  const first = vitest(wanted);
  if (first.passed) return;
  const again = first.failedFiles;
  const mayBeAccident =
    again.length > 0 &&
    again.length <= mostFilesAgain &&
    again.every((file) => realParts.test(file));
  if (!mayBeAccident) fail('Tests failed.');
  step(`Running ${again.join(' and ')} once more, alone`);
  if (!vitest([...again, '--no-file-parallelism']).passed) fail('Tests failed, twice.');
  console.warn(`serin: UNSTEADY: ${again.join(' and ')} failed once, and passed alone. Mend it.`);
}

function vitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'serin-test-report-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  try {
    const command = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args];
    const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
    return { passed: status === 0, failedFiles: failedFilesOf(report) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** None where vitest could not even write its report: then nothing is an accident. */
function failedFilesOf(report) {
  let text;
  try {
    text = readFileSync(report, 'utf8');
  } catch {
    return [];
  }
  const { testResults } = JSON.parse(text);
  return testResults
    .filter(({ status }) => status === 'failed')
    .map(({ name }) => relative(root, name));
}
