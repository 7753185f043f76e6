import { createServer } from 'node:net';
import { SerinError } from '../../domain/errors.js';

const host = '127.0.0.1';

/**
 * A port of this machine that nobody listens on now.
 * @param wanted 0: any
 * @throws SerinError `address-in-use`
 */
export function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new SerinError('address-in-use', {
          expected: `${host}:${wanted} to be free for a server that Serin starts`,
          found: cause.code ?? cause.message,
          advice:
            'Stop what listens there, give another port, or none: any free one is taken then.',
          cause,
        }),
      );
    });
    server.listen(wanted, host, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : wanted;
      server.close(() => resolve(port));
    });
  });
}
