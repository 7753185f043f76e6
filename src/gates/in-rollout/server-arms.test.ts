import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { toModelName, type VersionName } from '../../domain/ids.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import type { HttpVersion, OnnxVersion } from '../../domain/version.js';
import type { GateAnswer } from '../../rollout/ports.js';
import { strategyOf } from '../../../test/rollout/strategies.js';
import { comparableStable } from '../on-versions/comparable-stable.js';
import type { ReachableServer, ReachableVersion } from '../on-versions/reachable-version.js';
import { loadtestGate } from './loadtest-gate.js';
import { smokeGate } from './smoke-gate.js';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A model server that says what it takes, and answers predictions as it is told. */
async function modelServer(
  predict: (response: ServerResponse, body: string) => void,
  saysWhatItTakes = true,
  models: readonly string[] = ['churn'],
): Promise<HttpVersion> {
  const index = JSON.stringify(models.map((name) => ({ name })));
  const metadata = { name: 'churn', inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }] };
  const answer = (message: IncomingMessage, response: ServerResponse): void => {
    const { url, method } = message;
    response.setHeader('content-type', 'application/json');
    if (url === '/predict' && method === 'POST') {
      void text(message).then((body) => predict(response, body));
    } else if (url === '/v2/repository/index' && saysWhatItTakes) response.end(index);
    else if (url === '/v2/models/churn' && saysWhatItTakes) response.end(JSON.stringify(metadata));
    else response.end('{"welcome":true}');
  };
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const version = `127.0.0.1:${port}` as VersionName;
  return { kind: 'http', model: toModelName('churn'), version, url: `http://${version}/` };
}

const good = (response: ServerResponse): void => void response.end('{"prediction":0.5}');
const broken = (response: ServerResponse): void => void response.writeHead(500).end('{}');

const short = { warmUpMs: 100, durationMs: 1_000 };

async function gatesOf(
  canary: ReachableServer,
  stable: ReachableVersion,
  wishes: { readonly inputs?: readonly unknown[]; readonly model?: string } = {},
): Promise<GateAnswer[]> {
  const versionOf = (_of: unknown, arm: 'stable' | 'canary') =>
    Promise.resolve(arm === 'canary' ? canary : stable);
  const of = { rolloutId: 'r1' as RolloutId, strategy: strategyOf() };
  const { signal } = new AbortController();
  const timeoutMs = 60_000;
  const keep = (): void => undefined;
  return [
    await smokeGate(versionOf, undefined, keep)(
      of,
      { kind: 'built-in', name: 'smoke', wishes, timeoutMs },
      signal,
    ),
    await loadtestGate(versionOf, () => 'http://127.0.0.1:9', keep)(
      of,
      { kind: 'built-in', name: 'loadtest', wishes: { ...short, ...wishes }, timeoutMs },
      signal,
    ),
  ];
}

test('a server that welcomes everybody and fails every prediction passes no gate', async () => {
  const answers = await gatesOf(await modelServer(broken), await modelServer(good));
  expect(answers.map(({ passed }) => passed)).toEqual([false, false]);
  expect(answers[0]?.reason).toContain('Request 1 of 3 had a bad answer');
  expect(answers[1]?.reason).toMatch(/errors<0.1%|fail/);
}, 60_000);

test('a server is not compared with a file, nor a file with a server: other things lie between', async () => {
  const server = await modelServer(good);
  const file = { kind: 'onnx' } as OnnxVersion;
  expect(comparableStable(server, file)).toBeUndefined();
  expect(comparableStable(file, server)).toBeUndefined();
  expect(comparableStable(file, file)).toBe(file);
  expect(comparableStable(server, server)).toBe(server);
  // Nobody listens where a file would be asked: it would not pass if its stable were asked.
  const [, loadtest] = await gatesOf(server, file);
  expect(loadtest).toMatchObject({ passed: true });
}, 60_000);

test('a server of which nothing says what it takes fails the gates, with that reason', async () => {
  const answers = await gatesOf(await modelServer(good, false), await modelServer(good, false));
  expect(answers).toMatchObject([
    { passed: false, reason: expect.stringContaining('nothing to send') as string },
    { passed: false, reason: expect.stringContaining('nothing to send') as string },
  ]);
}, 60_000);

test('a server that has only /predict is sent what it was warmed up with, or what the gate says', async () => {
  const [canary, stable] = [await modelServer(good, false), await modelServer(good, false)];
  const body = { features: [0.5, 1.2] };
  const warmedUp = await gatesOf({ ...canary, warmUp: body }, stable);
  expect(warmedUp.map(({ passed }) => passed)).toEqual([true, true]);
  const expecting = (prediction: number) => [{ body, expect: { answer: { prediction } } }];
  const told = await gatesOf(canary, stable, { inputs: expecting(0.5) });
  expect(told.map(({ passed }) => passed)).toEqual([true, true]);
  const wrong = await gatesOf(canary, stable, { inputs: expecting(0.4) });
  expect(wrong.map(({ passed }) => passed)).toEqual([false, false]);
  expect(wrong[0]?.reason).toContain('Request 1 of 1 had a bad answer');
}, 60_000);

test('a server with several models is told which is meant, by the name of the rollout or of the gate', async () => {
  /** Answers for this model, and for no other. */
  const only = (name: string) => (response: ServerResponse, body: string) =>
    (JSON.parse(body) as { model?: string }).model === name ? good(response) : broken(response);
  const several = ['iris', 'churn'];
  const named = await gatesOf(
    await modelServer(only('churn'), true, several),
    await modelServer(only('churn'), true, several),
  );
  expect(named.map(({ passed, reason }) => [passed, reason])).toEqual([
    [true, expect.stringContaining('smoke passed')],
    [true, expect.stringContaining('loadtest passed')],
  ]);
  const server = await modelServer(only('churn'), true, ['iris', 'wages']);
  const unknown = await gatesOf(server, server);
  expect(unknown.map(({ passed }) => passed)).toEqual([false, false]);
  expect(unknown[0]?.reason).toContain('found iris, wages');
  const told = await gatesOf(server, server, { model: 'churn' });
  expect(told.map(({ passed }) => passed)).toEqual([true, true]);
}, 60_000);
