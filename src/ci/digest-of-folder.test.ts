import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { digestOfFolder } from './digest-of-folder.js';

let folder: string;
let before: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serin-folder-'));
  mkdirSync(join(folder, 'sub'));
  mkdirSync(join(folder, '.git'));
  mkdirSync(join(folder, '.serin-ci'));
  writeFileSync(join(folder, 'a'), 'one');
  writeFileSync(join(folder, 'sub', 'b'), 'two');
  writeFileSync(join(folder, '.dockerignore'), 'log\n');
  before = await digestOfFolder(folder);
});

test.each<[string, () => void]>([
  ['a content', () => writeFileSync(join(folder, 'sub', 'b'), 'three')],
  ['a name', () => writeFileSync(join(folder, 'c'), '')],
  ['what can be run', () => chmodSync(join(folder, 'a'), 0o755)],
  ['a missing file', () => rmSync(join(folder, 'a'))],
  ['a link', () => symlinkSync('a', join(folder, 'link'))],
])('%s makes another build', async (_, change) => {
  change();
  expect(await digestOfFolder(folder)).not.toBe(before);
});

test.each(['log', '.git/HEAD', '.serin-ci/state.json'])('%s makes none', async (file) => {
  writeFileSync(join(folder, file), 'anything');
  expect(await digestOfFolder(folder)).toBe(before);
});

test('what the pipeline writes into the folder makes none, but its neighbours do', async () => {
  const written = [join(folder, 'r.xml'), join(folder, 'sub', '.serin-ci')];
  writeFileSync(join(folder, 'r.xml'), 'passed');
  mkdirSync(join(folder, 'sub', '.serin-ci'));
  writeFileSync(join(folder, 'sub', '.serin-ci', 'state.json'), '{}');
  expect(await digestOfFolder(folder, written)).toBe(before);
  writeFileSync(join(folder, 'r.xml.old'), 'passed');
  expect(await digestOfFolder(folder, written)).not.toBe(before);
});

test('a folder that is not there is said to be missing', async () => {
  await expect(digestOfFolder(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'usage' });
});
