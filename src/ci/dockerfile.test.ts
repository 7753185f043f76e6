import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { dockerfileOf, requireDockerfile } from './dockerfile.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'serin-dockerfile-'));
});

test('a model repository without a Dockerfile is built on Serin', () => {
  mkdirSync(join(folder, 'models'));
  const own = dockerfileOf(folder, undefined);
  expect(readFileSync(own, 'utf8')).toContain('COPY models /models');
  expect(() => requireDockerfile(folder, own)).not.toThrow();
  expect(dockerfileOf(folder, 'deploy/Dockerfile')).toBe('deploy/Dockerfile');
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch');
  expect(dockerfileOf(folder, undefined)).toBe('Dockerfile');
});

test.each([undefined, '../Dockerfile.mine'])(
  '%s that is not there is said to be missing',
  (file) => {
    expect(() => requireDockerfile(folder, dockerfileOf(folder, file))).toThrow(
      expect.objectContaining({
        code: 'dockerfile-missing',
        advice: expect.stringContaining('--file') as string,
      }),
    );
  },
);
