import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { openHotLane, type HotLane, type HotLaneSettings } from './hot-lane.js';

let server: Server;
let lane: HotLane;
let opened: Socket[] = [];
/** The server's side of all connections. */
let accepted: Socket[] = [];
/** Connections that node was given. */
let handedOver = 0;

async function start(settings: Partial<HotLaneSettings> = {}): Promise<void> {
  server = createServer((request, response) => {
    request.resume().on('end', () => response.end('node'));
  });
  handedOver = 0;
  accepted = [];
  server.on('connection', () => (handedOver += 1));
  lane = openHotLane(server, {
    answer: ({ body }) =>
      body.toString() === 'not here'
        ? undefined
        : Promise.resolve({ status: 200, headers: {}, added: {}, body: 'hot' }),
    unwritable: () => ({ status: 500, headers: {}, added: {}, body: '' }),
    largestBytes: 100,
    keepAliveMs: 60_000,
    patienceMs: 60_000,
    unreadMs: 60_000,
    wallMs: () => 0,
    ...settings,
  });
  server.on('connection', (socket) => accepted.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

afterEach(() => {
  for (const socket of opened) socket.destroy();
  opened = [];
  lane.close();
  server.close();
});

async function open(): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  opened.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** What answers next: the body of the answer. */
async function answerOf(socket: Socket): Promise<string> {
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return /(?:hot|node)/.exec(chunk.toString())?.[0] ?? chunk.toString();
}

function request(body: string, header = 'X-A: b', line = 'POST /predict HTTP/1.1'): string {
  return `${line}\r\nHost: a\r\n${header}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

test('a plain request is answered by the hot lane, each time', async () => {
  await start();
  const socket = await open();
  for (const id of ['1', '2', '2']) {
    socket.write(request('{}', `X-Request-Id: ${id}`));
    expect(await answerOf(socket)).toBe('hot');
  }
});

test.each([
  ['another address', request('{}', 'X-A: b', 'POST /admin/promote HTTP/1.1')],
  ['another method', request('{}', 'X-A: b', 'PUT /predict HTTP/1.1')],
  ['an older HTTP', request('{}', 'X-A: b', 'POST /predict HTTP/1.0')],
  ['a header that comes twice', request('{}', 'Host: b')],
  ['a header whose value is beyond ASCII', request('{}', 'X-A: é')],
  ['a connection that is to close', request('{}', 'Connection: close')],
  ['a body in chunks', request('0\r\n\r\n', 'Transfer-Encoding: chunked')],
  ['a body that waits to be asked for', request('{}', 'Expect: 100-continue')],
  ['a large body', request('x'.repeat(101))],
  ['what the lane does not answer', request('not here')],
])('%s is for node, and so is all that follows', async (_what, text) => {
  await start();
  const socket = await open();
  socket.write(request('{}'));
  expect(await answerOf(socket)).toBe('hot');
  socket.write(text);
  const answer = await answerOf(socket);
  expect(answer).not.toBe('hot');
  if (answer !== 'node') return;
  const again = once(socket, 'data');
  socket.write(request('{}'));
  const closed = once(socket, 'close');
  const next = (await Promise.race([again, closed])) as [Buffer | boolean];
  if (Buffer.isBuffer(next[0])) expect(next[0].toString()).not.toContain('hot');
});

test('a request whose head and body come one after the other is answered by the hot lane', async () => {
  await start();
  const socket = await open();
  socket.setNoDelay(true);
  const text = request('{}');
  socket.write(text.slice(0, -2));
  socket.write(text.slice(-2));
  expect(await answerOf(socket)).toBe('hot');
});

test('a request that stays incomplete is for node, which answers when it is whole', async () => {
  await start({ patienceMs: 20 });
  const socket = await open();
  const text = request('{}');
  socket.write(text.slice(0, 50));
  await expect.poll(() => handedOver, { timeout: 20_000 }).toBe(1);
  socket.write(text.slice(50));
  expect(await answerOf(socket)).toBe('node');
});

test('a connection on which nothing comes is for node, whose time-outs hold', async () => {
  await start({ patienceMs: 20 });
  const socket = await open();
  await expect.poll(() => handedOver, { timeout: 20_000 }).toBe(1);
  socket.write(request('{}'));
  expect(await answerOf(socket)).toBe('node');
});

test('a request that is incomplete when the lane closes is for node; an idle connection ends', async () => {
  await start();
  const [socket, idle] = [await open(), await open()];
  idle.write(request('{}'));
  expect(await answerOf(idle)).toBe('hot');
  const ended = once(idle, 'close');
  const text = request('{}');
  socket.write(text.slice(0, 50));
  await expect
    .poll(() => accepted.map(({ bytesRead }) => bytesRead), { timeout: 20_000 })
    .toContain(50);
  lane.close();
  await ended;
  expect(handedOver).toBe(1);
  socket.write(text.slice(50));
  expect(await answerOf(socket)).toBe('node');
});

test('a connection that is idle for long is closed', async () => {
  await start({ patienceMs: 20, keepAliveMs: 40 });
  const socket = await open();
  const closed = once(socket, 'close');
  socket.write(request('{}'));
  expect(await answerOf(socket)).toBe('hot');
  await closed;
});

test('an answer with a header that would end it early is not sent', async () => {
  await start();
  lane.close();
  server.close();
  server = createServer();
  lane = openHotLane(server, {
    answer: () =>
      Promise.resolve({
        status: 200,
        headers: { 'x-a': 'b\r\nx-evil: c' },
        added: {},
        body: 'hot',
      }),
    unwritable: () => ({ status: 500, headers: {}, added: {}, body: 'refused' }),
    largestBytes: 100,
    keepAliveMs: 60_000,
    patienceMs: 60_000,
    unreadMs: 60_000,
    wallMs: () => 0,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = await open();
  socket.write(request('{}'));
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  expect(chunk.toString()).toMatch(/^HTTP\/1\.1 500 [^]*refused$/);
  expect(chunk.toString()).not.toContain('evil');
});

test('a connection on which nothing ever came holds up no end', async () => {
  await start({ patienceMs: 5 });
  const silent = await open();
  await expect.poll(() => handedOver, { timeout: 20_000 }).toBe(1);
  const gone = once(silent, 'close');
  lane.close();
  const ended = once(server.close(), 'close');
  await Promise.all([gone, ended]);
});

describe('a client that reads nothing of its answer', () => {
  /** More than the system keeps for a client. */
  const body = Buffer.alloc(64 * 2 ** 20);
  const answer = () => Promise.resolve({ status: 200, headers: {}, added: {}, body });

  /** A client that stops reading as soon as its answer begins. */
  async function notReading(): Promise<Socket> {
    const socket = await open();
    socket.write(request('{}'));
    await once(socket, 'data');
    return socket.pause();
  }

  test('is cut off after a while', async () => {
    await start({ answer, unreadMs: 200 });
    await notReading();
    await expect.poll(() => accepted[0]?.destroyed, { timeout: 20_000 }).toBe(true);
    expect(handedOver).toBe(0);
  });

  test('holds up no end', async () => {
    await start({ answer, unreadMs: 200 });
    await notReading();
    lane.close();
    await once(server.close(), 'close');
  });

  test('but one that reads slowly has all of it, also when it takes longer than to be idle', async () => {
    await start({ answer, keepAliveMs: 1, patienceMs: 5 });
    const socket = await notReading();
    for (let pieces = 0; pieces < 20; pieces += 1) {
      socket.resume();
      await once(socket, 'data');
      socket.pause();
    }
    expect(accepted[0]?.destroyed).toBe(false);
    socket.resume();
    await once(socket, 'end');
    expect(socket.bytesRead).toBeGreaterThan(body.length);
  });
});
