import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { cutOffWhoDoesNotRead } from './unread-answers.js';

let server: Server;
let client: Socket;
/** The server's side of the connection. */
let accepted: Socket | undefined;

afterEach(() => {
  client.destroy();
  server.close();
});

/** Sends a request to a server that cuts off after `unreadMs`. */
async function ask(unreadMs: number, listener: RequestListener): Promise<void> {
  server = createServer(listener);
  cutOffWhoDoesNotRead(server, unreadMs);
  server.on('connection', (socket) => (accepted = socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
}

test('who reads nothing of an answer is cut off', async () => {
  await ask(100, (_request, response) => response.end(Buffer.alloc(64 * 2 ** 20)));
  await once(client, 'data');
  client.pause();
  await expect.poll(() => accepted?.destroyed, { timeout: 20_000 }).toBe(true);
});

test('who reads nothing of a stream is cut off', async () => {
  await ask(100, (_request, response) => {
    const writing = setInterval(() => response.write(Buffer.alloc(2 ** 22)), 10);
    response.on('close', () => clearInterval(writing));
  });
  await once(client, 'data');
  client.pause();
  await expect.poll(() => accepted?.destroyed, { timeout: 20_000 }).toBe(true);
});

test('who waits for an answer, or for news of a stream, is not', async () => {
  await ask(20, (_request, response) => {
    let quiet = 0;
    response.write('begun');
    // Once for each time that nothing happened for so long.
    response.on('timeout', () => {
      quiet += 1;
      if (quiet === 1) response.write('news');
      else response.end('end');
    });
  });
  let text = '';
  client.on('data', (chunk) => (text += chunk.toString()));
  await expect.poll(() => text, { timeout: 20_000 }).toMatch(/begun[^]*news[^]*end/);
});

test('a connection that is idle is closed by node, as ever', async () => {
  await ask(60_000, (_request, response) => response.end('done'));
  server.keepAliveTimeout = 20;
  client.resume();
  await once(client, 'close');
});
