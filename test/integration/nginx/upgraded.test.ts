import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { canRunNginx, NginxUnderTest } from './nginx-under-test.js';
import { watchLog } from './watched-log.js';

const heldMs = 400;
const after: (() => unknown)[] = [];

afterEach(async () => {
  for (const undo of after.splice(0).toReversed()) await undo();
});

describe.runIf(canRunNginx())('a WebSocket behind NGINX', () => {
  test.each(['lua', 'plain'] as const)(
    'is passed through, and counts until it was there and not as long as it lasted (%s)',
    async (mode) => {
      const on = await NginxUnderTest.start({ mode });
      after.push(() => on.close());
      on.stable.onUpgrade((request, socket) => {
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: upgrade\r\n\r\n',
        );
        socket.on('data', (chunk: Buffer) => socket.write(`${request.url}: ${chunk.toString()}`));
        socket.on('end', () => socket.end());
      });
      const watched = await watchLog(on);
      after.push(() => watched.source.close());
      const socket = connect(on.port, '127.0.0.1');
      let heard = '';
      socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
      const beganMs = performance.now();
      socket.write('GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
      await expect.poll(() => heard).toMatch(/^HTTP\/1.1 101 .*\r\n\r\n$/s);
      const openAfterMs = performance.now() - beganMs;
      socket.write('hello');
      await expect.poll(() => heard).toMatch(/\/ws: hello$/);
      const openMs = (): number => performance.now() - beganMs;
      await expect.poll(openMs).toBeGreaterThan(openAfterMs + heldMs);
      socket.end();
      await once(socket, 'close');
      const { stable } = await watched.all(1);
      expect(stable).toMatchObject([{ outcome: 'ok' }]);
      // NGINX's clock has steps of some milliseconds.
      expect(stable[0]?.latencyMs).toBeLessThan(openAfterMs + heldMs / 2);
    },
  );
});
