import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ContainerEngine } from '../engine.js';
import { findEngine } from '../find-engine.js';

// What the engines are asked, word by word. Podman itself is asked in test/conformance, on this
// machine's network; docker's daemon, and networks of containers, cannot run where the tests have to.

const digest = `sha256:${'5'.repeat(64)}`;
const owned = JSON.stringify([
  { Id: 'a1', State: { Running: true, Pid: 1 }, Config: { Labels: { 'io.serin.owner': 'me' } } },
]);

let folder: string;
let signal: AbortSignal;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'serin-engine-'));
  signal = new AbortController().signal;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program of that name which notes what it is asked, and says of every container what it is given. */
async function fakeEngine(
  program: 'docker' | 'podman',
  { inspected = '', env = {} }: { inspected?: string; env?: Record<string, string> } = {},
): Promise<ContainerEngine> {
  writeFileSync(join(folder, 'inspected'), inspected);
  const script = `#!/bin/sh
case "$1 $2" in
'version --format') echo 1.2.3; exit;;
'image inspect') echo ${digest}; exit;;
'container inspect')
  if [ -s '${folder}/inspected' ]; then cat '${folder}/inspected'; exit; fi
  echo 'Error: no such container' >&2; exit 1;;
'push --tls-verify=false') printf %s ${digest} > "$4";;
push*) echo 'latest: digest: ${digest} size: 12';;
esac
echo "$*" >> '${folder}/asked'
`;
  writeFileSync(join(folder, program), script);
  chmodSync(join(folder, program), 0o755);
  const path = `${folder}:${process.env['PATH'] ?? ''}`;
  return findEngine({ PATH: path, SERIN_ENGINE: program, ...env });
}

const asked = (): string[] => readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');

const order = {
  ...{ name: 'serin-churn', image: 'registry.example/churn:2', owner: 'me' },
  ...{ port: 7012, containerPort: 7000, env: { MODEL: 'models/2' } },
  ...{ memory: undefined, cpus: undefined },
};
const onLine = (): void => undefined;
const named = '--name serin-churn --label io.serin.owner=me --security-opt no-new-privileges';

describe.each(['docker', 'podman'] as const)('%s', (program) => {
  test('publishes a container at loopback only, and tells the app the port inside of it', async () => {
    const engine = await fakeEngine(program);
    await engine.run(order);
    expect(asked()).toEqual([
      `run --detach ${named} --env MODEL=models/2 --publish 127.0.0.1:7012:7000 --env PORT=7000 registry.example/churn:2`,
    ]);
  });

  test('gives a container the memory and the CPUs that it may have, and no more', async () => {
    const engine = await fakeEngine(program);
    await engine.run({ ...order, env: {}, memory: 512 * 1024 * 1024, cpus: 0.5 });
    expect(asked()[0]).toContain(' --memory 536870912b --cpus 0.5 registry.example/churn:2');
  });

  test("shares this machine's network where that is asked for", async () => {
    const engine = await fakeEngine(program, { env: { SERIN_CONTAINER_NETWORK: 'host' } });
    await engine.run({ ...order, env: {} });
    expect(asked()).toEqual([
      `run --detach ${named} --network host --env PORT=7012 registry.example/churn:2`,
    ]);
  });

  test('builds with labels and arguments, and tells the id', async () => {
    const engine = await fakeEngine(program);
    const build = { folder, dockerfile: 'Dockerfile', image: 'churn:2', signal, onLine };
    const more = { labels: { model: 'churn' }, buildArgs: ['MODEL=models/2'] };
    expect(await engine.build({ ...build, ...more })).toBe(digest);
    expect(asked()).toEqual([
      `build --tag churn:2 --file ${folder}/Dockerfile --label model=churn --build-arg MODEL=models/2 ${folder}`,
    ]);
  });

  test('stops a container with time for what it is at, and then removes it', async () => {
    const engine = await fakeEngine(program, { inspected: owned });
    await engine.stop('serin-churn', 2_500);
    await engine.remove('serin-churn');
    expect(asked()).toEqual([
      'stop --time 3 serin-churn',
      'stop --time 10 serin-churn',
      'rm --force serin-churn',
    ]);
  });

  test('touches no container of others', async () => {
    const others = owned.replace('io.serin.owner', 'theirs');
    const engine = await fakeEngine(program, { inspected: others });
    await expect(engine.remove('serin-churn')).rejects.toMatchObject({ code: 'engine-failed' });
    await expect(engine.run(order)).rejects.toMatchObject({ code: 'engine-failed' });
    await expect(engine.kill('serin-churn')).rejects.toMatchObject({ code: 'engine-failed' });
  });
});

test('docker pushes and pulls by name alone, as it asks a registry on this machine by HTTP itself', async () => {
  const engine = await fakeEngine('docker');
  expect(await engine.push('127.0.0.1:5000/churn:2', signal)).toBe(digest);
  await engine.pull('127.0.0.1:5000/churn:2', signal);
  expect(asked()).toEqual(['push 127.0.0.1:5000/churn:2', 'pull 127.0.0.1:5000/churn:2']);
});

test('podman is told to ask a registry on this machine by HTTP, and no other', async () => {
  const engine = await fakeEngine('podman');
  expect(await engine.push('127.0.0.1:5000/churn:2', signal)).toBe(digest);
  await engine.pull('registry.example/churn:2', signal);
  await engine.run({ ...order, image: '127.0.0.1:5000/churn:2' });
  const [push, pull, run] = asked();
  expect(push).toMatch(/^push --tls-verify=false --digestfile \S+ 127\.0\.0\.1:5000\/churn:2$/);
  expect(pull).toBe('pull registry.example/churn:2');
  expect(run).toContain('run --detach --tls-verify=false ');
});
