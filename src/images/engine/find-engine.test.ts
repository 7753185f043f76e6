import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readContainerState } from './cli/container-state.js';
import { readPushedDigest } from './cli/engine-program.js';
import { lastWords } from './cli/last-words.js';
import { findEngine } from './find-engine.js';

let path: string;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'serin-engine-'));
});

afterEach(() => rmSync(path, { recursive: true, force: true }));

function program(name: string, script: string): void {
  writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(path, name), 0o755);
}

const clientOnly = `echo; echo 'Cannot connect to the Docker daemon. Is it running?' >&2; exit 1`;

test('where there is no engine, it is said what was looked for', async () => {
  await expect(findEngine({ PATH: path })).rejects.toMatchObject({
    code: 'engine-missing',
    message: expect.stringContaining('found no docker; no podman') as string,
  });
});

test('docker without a daemon is no engine, and podman is taken', async () => {
  program('docker', clientOnly);
  await expect(findEngine({ PATH: path })).rejects.toThrow(
    /found docker, but no daemon answers: Cannot connect .*; no podman/,
  );
  program('podman', 'echo 4.3.1');
  expect((await findEngine({ PATH: path })).name).toBe('podman 4.3.1');
});

test('docker is taken where its daemon answers, unless podman is asked for', async () => {
  program('docker', 'echo 28.2.2');
  program('podman', 'echo 4.3.1');
  expect((await findEngine({ PATH: path })).name).toBe('docker 28.2.2');
  expect((await findEngine({ PATH: path, SERIN_ENGINE: 'podman' })).name).toBe('podman 4.3.1');
});

test.each(['SERIN_ENGINE', 'SERIN_CONTAINER_NETWORK'])(
  'a %s that is not known is refused',
  async (name) => {
    program('podman', 'echo 4.3.1');
    await expect(findEngine({ PATH: path, [name]: 'lxc' })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(name) as string,
    });
  },
);

test('the digest is the one that docker push prints last', () => {
  const digest = `sha256:${'5'.repeat(64)}`;
  expect(readPushedDigest(`latest: Pushed\n2: digest: ${digest} size: 1234\n`)).toBe(digest);
  expect(() => readPushedDigest('denied')).toThrow(/the digest of what it pushed/);
});

test('a container is read as docker and podman describe it', () => {
  const state = { Running: false, Pid: 0, ExitCode: 137, OOMKilled: true };
  const text = JSON.stringify([{ Id: 'a1', State: state, Config: { Labels: { a: 'b' } } }]);
  expect(readContainerState(text)).toEqual({
    id: 'a1',
    isRunning: false,
    pid: undefined,
    exitCode: 137,
    wasOutOfMemory: true,
    labels: { a: 'b' },
  });
  expect(readContainerState('[]')).toBeUndefined();
});

test('of what an engine says, the end is kept, without colours', () => {
  const said = ['a', 'b', 'c', '\u001b[31md\u001b[0m', ''].join('\n');
  expect(lastWords(said)).toBe('b / c / d');
});
