import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitOf } from './commit.js';

test('the commit is the one that the CI system names', async () => {
  expect(await commitOf('.', { GITHUB_SHA: 'abc' })).toBe('abc');
  expect(await commitOf('.', { CI_COMMIT_SHA: 'def' })).toBe('def');
});

test('else it is that of the folder, where it has one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'serin-commit-'));
  expect(await commitOf(folder, {})).toBeUndefined();
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      encoding: 'utf8',
    });
  git('init', '--quiet');
  expect(await commitOf(folder, {})).toBeUndefined();
  git('commit', '--quiet', '--allow-empty', '--message', 'first');
  expect(await commitOf(folder, {})).toBe(git('rev-parse', 'HEAD').trim());
});
