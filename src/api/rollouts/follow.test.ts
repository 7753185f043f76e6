import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { followers, type Follower } from './follow.js';

test('a client that never reads is cut off, and takes no more memory than that', async () => {
  const app = Fastify();
  const begin = followers(app);
  let follower: Follower | undefined;
  app.get('/follow', (request, reply) => {
    follower = begin(request, reply);
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const silent = connect(port, '127.0.0.1');
  silent.pause();
  silent.on('error', () => undefined);
  try {
    silent.write('GET /follow HTTP/1.1\r\nhost: serin\r\n\r\n');
    await expect.poll(() => follower?.isOpen).toBe(true);
    const data = 'x'.repeat(10_000);
    let sent = 0;
    // What the sockets of both sides hold, and a megabyte more, is far below a hundred.
    for (; follower?.isOpen === true && sent < 10_000; sent++) {
      follower.send('point', data);
      await new Promise(setImmediate);
    }
    expect(follower?.isOpen).toBe(false);
    expect(sent).toBeLessThan(10_000);
  } finally {
    silent.destroy();
    await app.close();
  }
});
