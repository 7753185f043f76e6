import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { SerinError } from '../domain/errors.js';

/** Where the pipelines that this one follows ran their two containers. */
const usualPorts = [7011, 7012] as const;

/**
 * A port on this machine that nobody listens on now.
 * @param wanted this one and no other; 0: any; undefined: 7011, 7012, or any
 * @throws SerinError `address-in-use`
 */
export async function freePort(wanted: number | undefined): Promise<number> {
  const candidates = wanted === undefined ? [...usualPorts, 0] : [wanted];
  for (const candidate of candidates) {
    const port = await listenOnce(candidate);
    if (port !== undefined) return port;
  }
  throw new SerinError('address-in-use', {
    expected: `port ${candidates.join(' or ')} to be free`,
    found: 'somebody who listens there',
    advice: 'Stop it, or choose another --port.',
  });
}

/** @returns undefined: somebody else has it */
function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const { port: found } = server.address() as AddressInfo;
      server.close(() => resolve(found));
    });
  });
}
