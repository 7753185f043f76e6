import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An HTTP server that plays an arm: it answers with its name, or does as it is told. */
export class ArmServer {
  /** Every request that it was sent. */
  requests = 0;
  /** Stands in for the answer. */
  handler: Handler | undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(readonly name: string) {
    this.#server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      this.requests += 1;
      if (this.handler === undefined) response.end(name);
      else this.handler(request, response);
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(name: string, port = 0): Promise<ArmServer> {
    const server = new ArmServer(name);
    await server.#listen(port);
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  onUpgrade(listener: (request: IncomingMessage, socket: Socket) => void): void {
    this.#server.on('upgrade', listener);
  }

  /** Ends at once, with every connection. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = await ArmServer.start('');
  const { port } = server;
  await server.close();
  return port;
}
