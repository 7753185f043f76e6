import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { warmUp } from './warm-up.js';

let server: Server | undefined;
/** What a prediction takes is told, not measured: the clock moves with each answer. */
let nowMs = 0;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function warmedUp(answer: RequestListener, signal = new AbortController().signal) {
  nowMs = 0;
  const listening = (server = createServer(answer));
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  return warmUp({ url, body: { features: [0.5] }, signal, nowMs: () => nowMs });
}

test('a server is asked for the prediction until its answers become no quicker', async () => {
  const bodies = new Set<string>();
  let asked = 0;
  const answered = await warmedUp((request, response) => {
    asked += 1;
    nowMs += Math.max(20 - asked / 10, 1);
    request.on('data', (chunk: Buffer) => bodies.add(`${request.url} ${chunk.toString()}`));
    request.on('end', () => response.end('{}'));
  });
  expect([...bodies]).toEqual(['/predict {"features":[0.5]}']);
  expect(answered).toBe(asked);
  expect(asked).toBeGreaterThan(120);
  expect(asked).toBeLessThan(600);
});

test('one that never settles is waited for ten seconds, and no longer', async () => {
  let takesMs = 1_000;
  await warmedUp((_, response) => {
    nowMs += takesMs *= 0.99;
    response.end('{}');
  });
  expect(nowMs).toBeLessThan(20_000);
});

test('one that fails its predictions is left to the judge', async () => {
  const answered = await warmedUp((_, response) => {
    nowMs += 1;
    response.writeHead(500).end();
  });
  expect(answered).toBeGreaterThan(1);
});

test('one that does not take the prediction is told so', async () => {
  const refused = warmedUp((_, response) => response.writeHead(400).end());
  await expect(refused).rejects.toMatchObject({
    code: 'launch-failed',
    words: {
      expected: expect.stringContaining('the prediction of warmUp, {"features":[0.5]}') as string,
      found: 'status 400',
    },
  });
  server?.close();
  await expect(warmedUp((request) => request.socket.destroy())).rejects.toMatchObject({
    code: 'launch-failed',
  });
});

test('nobody is asked any more when nobody waits', async () => {
  const nobody = new AbortController();
  const asked = warmedUp((_, response) => {
    nobody.abort(new Error('closed'));
    response.end('{}');
  }, nobody.signal);
  await expect(asked).rejects.toThrow('closed');
});
