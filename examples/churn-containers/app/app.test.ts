import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { createApp, type AppParts } from './app.js';
import { readFaults } from './faults.js';

let app: Server | undefined;
let nowMs = 0;

afterEach(async () => {
  const closing = app;
  app = undefined;
  closing?.closeAllConnections();
  await new Promise((resolve) => (closing === undefined ? resolve(0) : closing.close(resolve)));
});

async function start(parts: Partial<AppParts> = {}): Promise<string> {
  nowMs = 0;
  const listening = (app = createApp({
    network: { width: 2, predict: ([a = 0, b = 0]) => Promise.resolve(a + b) },
    faults: readFaults({}),
    random: () => 0.5,
    nowMs: () => nowMs,
    ...parts,
  }));
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

async function predict(url: string, body: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}/predict`, { method: 'POST', body });
  return { status: response.status, body: await response.json() };
}

const health = async (url: string): Promise<unknown> => (await fetch(`${url}/health`)).json();

test('a row is answered with its prediction', async () => {
  const url = await start();
  expect(await predict(url, '{"features":[0.5,0.25]}')).toEqual({
    status: 200,
    body: { prediction: 0.75 },
  });
});

test.each([
  '',
  '{',
  'null',
  '{}',
  '{"features":[1]}',
  '{"features":[1,"2"]}',
  '{"features":"ab"}',
  '{"features":[1,1e300]}',
])('the body %s is refused with 400, which is no error of the app', async (body) => {
  const url = await start();
  expect((await predict(url, body)).status).toBe(400);
  expect(await health(url)).toEqual({ status: 'ok', error_rate: 0, requests: 0 });
});

test('the error rate is the percentage of the last minute that failed', async () => {
  const draws = [0.01, 0.5, 0.5, 0.07];
  const faults = readFaults({ SERIN_FAULT_ERRORS: '8%' });
  const url = await start({ faults, random: () => draws.shift() ?? 1 });
  for (let i = 0; i < 4; i += 1) await predict(url, '{"features":[1,2]}');
  expect(await health(url)).toEqual({ status: 'ok', error_rate: 50, requests: 4 });
  nowMs = 30_000;
  await predict(url, '{"features":[1,2]}');
  expect(await health(url)).toEqual({ status: 'ok', error_rate: 40, requests: 5 });
  nowMs = 61_000;
  expect(await health(url)).toEqual({ status: 'ok', error_rate: 0, requests: 1 });
});

test('requests that are wrong do not hide the share of answers that failed', async () => {
  const draws = [0.01, 0.5];
  const faults = readFaults({ SERIN_FAULT_ERRORS: '8%' });
  const url = await start({ faults, random: () => draws.shift() ?? 1 });
  for (const body of ['{"features":[1,2]}', '{"features":[1,2]}', '{', '{}'])
    await predict(url, body);
  await fetch(`${url}/predict`);
  expect(await health(url)).toEqual({ status: 'ok', error_rate: 50, requests: 2 });
});

test('a fault that comes late leaves the first predictions alone', async () => {
  const faults = readFaults({ SERIN_FAULT_ERRORS: '100%', SERIN_FAULT_AFTER: '2' });
  const url = await start({ faults });
  const ask = async (): Promise<number> => (await predict(url, '{"features":[1,2]}')).status;
  expect([await ask(), await ask(), await ask(), await ask()]).toEqual([200, 200, 500, 500]);
});

test('a network that fails is an error of the app, and the user is told no more', async () => {
  const failing = { width: 2, predict: () => Promise.reject(new Error('secret')) };
  const url = await start({ network: failing });
  const { status, body } = await predict(url, '{"features":[1,2]}');
  expect([status, JSON.stringify(body)]).toEqual([500, '{"error":"the app failed"}']);
  expect(await health(url)).toMatchObject({ error_rate: 100 });
});

test('it says what it can do', async () => {
  const url = await start();
  expect(await (await fetch(url)).json()).toMatchObject({
    message: expect.stringContaining('Welcome') as string,
  });
  expect(await (await fetch(`${url}/swagger-ui`)).text()).toContain('post /predict');
  expect((await fetch(`${url}/nothing`)).status).toBe(404);
});

test('a fault without its unit is refused, and so is more than all', () => {
  expect(() => readFaults({ SERIN_FAULT_LATENCY: '200' })).toThrow(/such as 8ms, .*; it is "200"/);
  expect(() => readFaults({ SERIN_FAULT_ERRORS: '800%' })).toThrow(/at most 100%; it is "800%"/);
  expect(() => readFaults({ SERIN_FAULT_AFTER: 'x' })).toThrow(/should be a number, such as 8, /);
});
