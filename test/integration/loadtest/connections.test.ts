import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { endpointOf } from '../../../src/gates/loadtest/http/endpoint.js';
import { HttpSender } from '../../../src/gates/loadtest/http/http-sender.js';
import type { Exchange } from '../../../src/gates/loadtest/sender.js';

let server: Server;
let sender: HttpSender;
let nowMs = 0;
/** Connections that were ever made, and answers that wait for `answerAll`. */
let sockets: Socket[] = [];
let waiting: (() => void)[] = [];
let answersAtOnce = true;

beforeEach(async () => {
  [nowMs, sockets, waiting, answersAtOnce] = [0, [], [], true];
  server = createServer((request, response) => {
    request.resume();
    const answer = (): void => void response.end('{}');
    if (answersAtOnce) answer();
    else waiting.push(answer);
  });
  server.on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = endpointOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const request = { method: 'POST', path: '/', headers: {}, body: '{}' };
  sender = new HttpSender(endpoint, [request], { connections: 2, nowMs: () => nowMs });
});

afterEach(async () => {
  sender.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function ask(): Promise<Exchange> {
  return new Promise((resolve) => sender.send(0, resolve));
}

const answered = { kind: 'answer', status: 200, body: '{}' };

describe('connections of the load generator', () => {
  test('carry one request after the other', async () => {
    for (let i = 0; i < 20; i += 1) expect(await ask()).toMatchObject(answered);
    expect(sockets).toHaveLength(1);
  });

  test('are as many as there is to do at once, and no more than allowed', async () => {
    answersAtOnce = false;
    const asked = Promise.all(Array.from({ length: 5 }, ask));
    for (let done = 0; done < 5; done += 1) {
      await vi.waitUntil(() => waiting.length > 0);
      waiting.shift()?.();
    }
    expect(await asked).toHaveLength(5);
    expect(sockets).toHaveLength(2);
  });

  test('are not used any more when a server may be about to close them', async () => {
    await ask();
    nowMs = 1_400;
    await ask();
    expect(sockets).toHaveLength(1);
    nowMs = 3_000;
    expect(await ask()).toMatchObject(answered);
    expect(sockets).toHaveLength(2);
  });

  test('that the server closed while nobody used them are no failure', async () => {
    await ask();
    const closed = new Promise((resolve) => sockets[0]?.once('close', resolve));
    sockets[0]?.end();
    await closed;
    // Its end has come to the server; the sender learns of it in the same turn or the next.
    await vi.waitUntil(async () => (await ask()).kind === 'answer');
    expect(sockets.length).toBeGreaterThan(1);
  });

  test('of a request that was given up are closed, and others go on', async () => {
    answersAtOnce = false;
    const outcomes: Exchange[] = [];
    const sending = sender.send(0, (exchange) => outcomes.push(exchange));
    await vi.waitUntil(() => waiting.length === 1);
    const closed = new Promise((resolve) => sockets[0]?.once('close', resolve));
    sending.cancel();
    await closed;
    answersAtOnce = true;
    expect(await ask()).toMatchObject(answered);
    expect(outcomes).toEqual([]);
  });
});
