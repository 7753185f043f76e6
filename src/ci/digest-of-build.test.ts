import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { digestOfBuild } from './digest-of-build.js';

let folder: string;
let before: string;

const digest = (dockerfile = 'Dockerfile', written: readonly string[] = []): Promise<string> =>
  digestOfBuild({ folder, dockerfile, written });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serin-folder-'));
  mkdirSync(join(folder, 'sub'));
  mkdirSync(join(folder, '.git'));
  mkdirSync(join(folder, '.serin-ci'));
  writeFileSync(join(folder, 'Dockerfile'), 'FROM one');
  writeFileSync(join(folder, 'a'), 'one');
  writeFileSync(join(folder, 'sub', 'b'), 'two');
  writeFileSync(join(folder, '.dockerignore'), 'log\nDockerfile\n.dockerignore\n');
  before = await digest();
});

test.each<[string, () => void]>([
  ['a content', () => writeFileSync(join(folder, 'sub', 'b'), 'three')],
  ['a name', () => writeFileSync(join(folder, 'c'), '')],
  ['what can be run', () => chmodSync(join(folder, 'a'), 0o755)],
  ['a missing file', () => rmSync(join(folder, 'a'))],
  ['a Dockerfile that .dockerignore lists', () => writeFileSync(join(folder, 'Dockerfile'), '')],
  ['.dockerignore, which lists itself', () => appendFileSync(join(folder, '.dockerignore'), '#')],
  ['what is left out', () => writeFileSync(join(folder, 'Dockerfile.dockerignore'), 'a\n')],
  ['a link', () => symlinkSync('a', join(folder, 'link'))],
])('%s makes another build', async (_, change) => {
  change();
  expect(await digest()).not.toBe(before);
});

test.each(['log', '.git/HEAD', '.serin-ci/state.json'])('%s makes none', async (file) => {
  writeFileSync(join(folder, file), 'anything');
  expect(await digest()).toBe(before);
});

test('a Dockerfile outside the folder makes another build when it changes', async () => {
  const outside = join(mkdtempSync(join(tmpdir(), 'serin-deploy-')), 'Dockerfile.model');
  writeFileSync(outside, 'FROM one');
  const first = await digest(relative(folder, outside));
  writeFileSync(outside, 'FROM two');
  expect(await digest(relative(folder, outside))).not.toBe(first);
});

test('what only one of two files leaves out may be built, and counts', async () => {
  writeFileSync(join(folder, 'Dockerfile.dockerignore'), 'a\n');
  const first = await digest();
  writeFileSync(join(folder, 'log'), 'anything');
  expect(await digest()).not.toBe(first);
});

test('what the pipeline writes into the folder makes none, but its neighbours do', async () => {
  const written = [join(folder, 'r.xml'), join(folder, 'sub', '.serin-ci')];
  writeFileSync(join(folder, 'r.xml'), 'passed');
  mkdirSync(join(folder, 'sub', '.serin-ci'));
  writeFileSync(join(folder, 'sub', '.serin-ci', 'state.json'), '{}');
  expect(await digest('Dockerfile', written)).toBe(before);
  writeFileSync(join(folder, 'r.xml.old'), 'passed');
  expect(await digest('Dockerfile', written)).not.toBe(before);
});

test('a folder that is not there is said to be missing', async () => {
  await expect(
    digestOfBuild({ folder: join(folder, 'nowhere'), dockerfile: 'Dockerfile', written: [] }),
  ).rejects.toMatchObject({ code: 'usage' });
});
