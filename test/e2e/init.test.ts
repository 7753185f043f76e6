import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { parseSerinYaml } from '../../src/config/parse-serin-yaml.js';
import { newFolder, sampleModels } from '../integration/running-server.js';
import { runSerin } from './serin-process.js';

// Every command is a process, and a machine that is busy starts them slowly.
vi.setConfig({ testTimeout: 120_000 });

/** A folder with these versions of these models under `models`. */
function folderWith(...versions: readonly string[]): string {
  const folder = newFolder();
  for (const version of versions) {
    const from = join(sampleModels, 'churn', version.split('/')[1] ?? '');
    cpSync(from, join(folder, 'models', version), { recursive: true });
  }
  return folder;
}

function strategyIn(folder: string) {
  return parseSerinYaml(readFileSync(join(folder, 'serin.yaml'), 'utf8'), 'serin.yaml');
}

test('of the only model it writes a file that tries its newest version', async () => {
  const folder = folderWith('churn/1', 'churn/2');
  const ended = await runSerin(['init'], {}, folder);
  expect(ended, ended.stderr).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toContain('Wrote serin.yaml: churn, 2 against 1.');
  // No clone of Serin is above that folder: a running server has the schema.
  expect(readFileSync(join(folder, 'serin.yaml'), 'utf8')).toMatch(
    /^# yaml-language-server: \$schema=http:\/\/127\.0\.0\.1:8080\/schemas\/serin\.schema\.json\n/,
  );
  expect(strategyIn(folder)).toMatchObject({
    model: 'churn',
    stable: { kind: 'path', path: 'models/churn/1' },
    canary: { kind: 'path', path: 'models/churn/2' },
  });
});

test('of several models it takes the one that is named, and asks for a name', async () => {
  const folder = folderWith('churn/1', 'churn/2', 'loans/1', 'loans/3');
  const unnamed = await runSerin(['init'], {}, folder);
  expect(unnamed.code).toBe(1);
  expect(unnamed.stderr).toMatch(/one of churn, loans/);
  expect(existsSync(join(folder, 'serin.yaml'))).toBe(false);

  const named = await runSerin(['init', '--model', 'loans'], {}, folder);
  expect(named, named.stderr).toMatchObject({ code: 0, stderr: '' });
  expect(strategyIn(folder)).toMatchObject({
    model: 'loans',
    canary: { path: 'models/loans/3' },
  });
});

test('of a model with one version it says that there is nothing to try', async () => {
  const folder = folderWith('churn/1');
  const ended = await runSerin(['init'], {}, folder);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/a second version of churn/);
  expect(existsSync(join(folder, 'serin.yaml'))).toBe(false);
});

test('a file that is there stays as it is', async () => {
  const folder = folderWith('churn/1', 'churn/2');
  writeFileSync(join(folder, 'serin.yaml'), 'mine');
  const ended = await runSerin(['init'], {}, folder);
  expect(ended.code).not.toBe(0);
  expect(ended.stderr).toMatch(/no file at serin.yaml yet/);
  expect(readFileSync(join(folder, 'serin.yaml'), 'utf8')).toBe('mine');
});
