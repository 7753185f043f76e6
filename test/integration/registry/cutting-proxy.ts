import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * Stands before the real registry and passes bytes on, whatever they are; told to, it resets every
 * connection on which a client has sent so many, as a registry does that goes down under an upload.
 */
export class CuttingProxy {
  /** Undefined: nothing is cut off. */
  cutAfterBytes: number | undefined;
  /** The request that each connection was at when it was cut off: `PATCH /v2/…`. */
  readonly cutIn: string[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly target: string,
    private readonly server: Server,
  ) {
    server.on('connection', (client) => this.#passOn(client));
  }

  /** @param target `host:port` of the real registry */
  static async start(target: string): Promise<CuttingProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new CuttingProxy(target, server);
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #passOn(client: Socket): void {
    const [host = '', port = ''] = this.target.split(':');
    const onward = connect(Number(port), host);
    const both = [client, onward];
    let [sent, isAt] = [0, ''];
    client.on('data', (bytes: Buffer) => {
      sent += bytes.length;
      isAt = requestIn(bytes) ?? isAt;
      if (this.cutAfterBytes === undefined || sent < this.cutAfterBytes) return;
      this.cutIn.push(isAt);
      for (const socket of both) socket.resetAndDestroy();
    });
    for (const socket of both) {
      this.#sockets.add(socket);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        for (const other of both) other.destroy();
      });
      // Its end is what counts, and `close` tells it.
      socket.on('error', () => undefined);
    }
    client.pipe(onward).pipe(client);
  }
}

/** The last request that begins in these bytes. */
function requestIn(bytes: Buffer): string | undefined {
  const heads = bytes
    .toString('latin1')
    .matchAll(/(?:GET|HEAD|POST|PUT|PATCH) \S+(?= HTTP\/1\.1\r\n)/g);
  return [...heads].at(-1)?.[0];
}
