import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Arm } from '../../domain/arm.js';
import { SerinError } from '../../domain/errors.js';
import { toModelName, type RequestId } from '../../domain/ids.js';
import type { ProcessLaunch } from '../../domain/launch.js';
import { processVersion } from '../../models/launched-version.js';
import { FaultInjector } from '../faults.js';
import { Protocol, type Call } from '../upstream.js';
import { LaunchedServers, type LaunchedArm } from './launched-servers.js';
import { freePort } from './local-port.js';
import { startOf } from './process-start.js';

// Processes start slowly where many others do.
vi.setConfig({ testTimeout: 120_000 });

const model = toModelName('churn');
const patient = { timeout: 60_000, interval: 20 };

/** Answers every request with its own process number. */
const app = `const http = require('node:http');
http.createServer((request, response) => response.end(JSON.stringify({ prediction: process.pid })))
  .listen(process.env.PORT, '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));`;

let folder: string;
const open: LaunchedArm[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'serin-launched-'));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ upstream }) => upstream.close()));
  rmSync(folder, { recursive: true, force: true });
});

function servers(allowCommands = true, startDeadlineMs = 60_000): LaunchedServers {
  const settings = { dataFolder: folder, allowCommands, requestTimeoutMs: 30_000, startDeadlineMs };
  const engine = () => Promise.reject(new SerinError('engine-missing'));
  return new LaunchedServers(settings, { engine, random: () => 0.5, log: () => undefined });
}

function versionOf(script: string, more: Partial<ProcessLaunch> = {}) {
  return processVersion(model, { command: [process.execPath, '-e', script], env: {}, ...more });
}

async function launch(
  of: LaunchedServers,
  script = app,
  more: Partial<ProcessLaunch> = {},
): Promise<LaunchedArm> {
  const arm = await of.launch(versionOf(script, more), new FaultInjector(() => 0.5));
  open.push(arm);
  return arm;
}

async function pidThatAnswers({ upstream }: LaunchedArm): Promise<unknown> {
  const call: Call = {
    requestId: 'r1' as RequestId,
    arm: Arm.Stable,
    protocol: Protocol.Predict,
    path: '/predict',
    headers: {},
    body: Buffer.from('{}'),
    arrivedAtMs: 0,
  };
  const { body } = await upstream.answer(call);
  return (JSON.parse(body.toString()) as { prediction: unknown }).prediction;
}

test('a process answers at a free port of its own, and is gone when its version is stopped', async () => {
  const arm = await launch(servers());
  const { pid } = await arm.upstream.facts();
  expect(arm.upstream.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await pidThatAnswers(arm)).toBe(pid);
  await arm.upstream.close();
  expect(await startOf(pid ?? 0)).toBeUndefined();
});

test('a process that dies is started again at its port', async () => {
  const arm = await launch(servers());
  const { pid } = await arm.upstream.facts();
  arm.crash();
  await expect.poll(async () => (await arm.upstream.facts()).restarts, patient).toBe(1);
  await expect.poll(() => pidThatAnswers(arm).catch(() => undefined), patient).toBeTypeOf('number');
  expect(await pidThatAnswers(arm)).not.toBe(pid);
  expect((await arm.upstream.facts()).lastExit).toMatch(/SIGKILL/);
});

test('one that ends before it is healthy is an error with its last words', async () => {
  const script = "console.error('no licence found'); process.exit(3)";
  await expect(launch(servers(), script)).rejects.toMatchObject({
    code: 'launch-failed',
    message: expect.stringMatching(/exit code 3; its last words: no licence found/) as string,
  });
});

test('one that is not healthy in time is stopped', async () => {
  const script = 'setInterval(() => undefined, 1000)';
  const failure = await launch(servers(true, 1_000), script).catch((thrown: unknown) => thrown);
  const pid = Number(/process (\d+) to answer 2xx/.exec(String(failure))?.[1]);
  expect(pid).toBeGreaterThan(1);
  expect(await startOf(pid)).toBeUndefined();
});

test('a program that is not there is told so', async () => {
  const command = ['/no/such/program'];
  await expect(launch(servers(), '', { command })).rejects.toThrow(/ENOENT/);
});

test('nothing is run where commands are not allowed', async () => {
  await expect(launch(servers(false))).rejects.toMatchObject({ code: 'commands-not-allowed' });
});

test('it is given its environment, but not the token', async () => {
  process.env['SERIN_ADMIN_TOKEN'] = 'a-secret-of-sixteen';
  try {
    const script = `console.error([process.env.GREETING, process.env.SERIN_ADMIN_TOKEN].join('|'));
process.exit(1)`;
    const env = { GREETING: 'hello' };
    await expect(launch(servers(), script, { env })).rejects.toThrow(/hello\|/);
    await expect(launch(servers(), script, { env })).rejects.not.toThrow(/a-secret/);
  } finally {
    delete process.env['SERIN_ADMIN_TOKEN'];
  }
});

/** Leaves a process as a Serin would that was killed. */
async function leave(record: (start: string, pid: number) => object): Promise<number> {
  const version = versionOf(app);
  const child = spawn(process.execPath, ['-e', app], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, PORT: '0', SERIN_LAUNCH: folder },
  });
  const pid = child.pid ?? 0;
  const start = (await startOf(pid)) ?? '';
  mkdirSync(join(folder, 'launched'), { recursive: true });
  const file = join(folder, 'launched', `${model}@${version.version}.json`);
  writeFileSync(file, JSON.stringify({ id: folder, port: 1, ...record(start, pid) }));
  return pid;
}

test.each([
  ['with its number', (start: string, pid: number) => ({ process: { pid, start } })],
  ['before its number was written down', () => ({})],
])('what a killed Serin left, recorded %s, is stopped when nobody wants it', async (_, record) => {
  const pid = await leave(record);
  await servers().stopLeftOvers();
  expect(await startOf(pid)).toBeUndefined();
});

test('another process that has the number by now is left alone', async () => {
  const pid = await leave((start, pid) => ({ process: { pid, start: `${start}0` } }));
  await servers().stopLeftOvers();
  expect(await startOf(pid)).toBeDefined();
  process.kill(pid, 'SIGKILL');
});

test('what is served is none of what is left over', async () => {
  const launched = servers();
  const arm = await launch(launched);
  await launched.stopLeftOvers();
  expect(await pidThatAnswers(arm)).toBe((await arm.upstream.facts()).pid);
});

test('the version is the command and what it is given, but not its port', () => {
  const { version } = versionOf(app, { port: 7011 });
  expect(versionOf(app, { port: 7012, health: '/ready' }).version).toBe(version);
  expect(versionOf(app, { env: { A: '1' } }).version).not.toBe(version);
  const command = ['node', '--no-warnings', 'dist/app.js', '--fast'];
  expect(processVersion(model, { command, env: {} }).version).toMatch(/^app\.js-[0-9a-f]{8}$/);
});

test('its log is kept in the data folder', async () => {
  const { upstream } = await launch(servers(), `console.log('I begin');${app}`);
  const file = join(folder, 'launched', `${model}@${upstream.version.version}.log`);
  expect(readFileSync(file, 'utf8')).toBe('I begin\n');
});

test('two versions that want one port take turns with the other port of their model', async () => {
  const launched = servers();
  const [stablePort, canaryPort] = [await freePort(0), await freePort(0)];
  const addressOf = ({ upstream }: LaunchedArm): string => upstream.address;
  const at = (port: number, generation: string): Promise<LaunchedArm> =>
    launch(launched, app, { port, env: { GENERATION: generation } });
  const [first, second] = [await at(stablePort, '1'), await at(canaryPort, '2')];
  expect(addressOf(second)).toMatch(`:${canaryPort}`);
  await first.upstream.close();
  const third = await at(canaryPort, '3');
  expect(addressOf(third)).toMatch(`:${stablePort}`);
  const fourth = await at(canaryPort, '4');
  expect([stablePort, canaryPort]).not.toContain(Number(new URL(addressOf(fourth)).port));
});

test('a port that somebody else listens on is refused', async () => {
  const stranger = createServer().listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  const { port } = stranger.address() as AddressInfo;
  await expect(launch(servers(), app, { port })).rejects.toMatchObject({ code: 'address-in-use' });
  stranger.close();
});
