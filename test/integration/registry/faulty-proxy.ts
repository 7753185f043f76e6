import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What is done to a request in place of passing it on; undefined: it is passed on. */
export type Fault = (request: IncomingMessage) => ((response: ServerResponse) => void) | undefined;

/**
 * A fake that stands before the real registry, for what the real one cannot be made to do: answer
 * 429 or 500, ask for a token of somebody, break a connection off.
 */
export class FaultyProxy {
  /** `METHOD /path` of every request that came. */
  readonly asked: string[] = [];
  readonly #sockets = new Set<Socket>();

  /** What is done from now on. */
  fault: Fault = () => undefined;

  private constructor(
    private readonly target: string,
    private readonly server: ReturnType<typeof createServer>,
  ) {
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (asked: IncomingMessage, response: ServerResponse) => {
      this.asked.push(`${asked.method ?? ''} ${asked.url ?? ''}`);
      const fault = this.fault(asked);
      if (fault === undefined) this.#passOn(asked, response);
      else {
        asked.resume();
        fault(response);
      }
    });
  }

  /** @param target `host:port` of the real registry */
  static async start(target: string): Promise<FaultyProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FaultyProxy(target, server);
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #passOn(asked: IncomingMessage, response: ServerResponse): void {
    const { method, url, headers } = asked;
    // The registry makes the addresses that it answers with from the Host that it is asked for.
    const onward = request(`http://${this.target}${url ?? ''}`, { method, headers });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    asked.pipe(onward);
  }
}

/** Answers with a status, and with headers and a body where there are some. */
export function answer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(status, headers).end(body);
  };
}

/** Breaks the connection off without an answer. */
export function breakOff(response: ServerResponse): void {
  response.destroy();
}
