import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A real HTTP server on loopback that answers as a test says, and can go away and come back. */
export class ScriptedServer {
  #server: Server | undefined;
  #port = 0;

  /** What is answered from now on. */
  answer: Answer = (_request, response) => response.end();

  static async start(answer: Answer): Promise<ScriptedServer> {
    const scripted = new ScriptedServer();
    scripted.answer = answer;
    await scripted.listen();
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Comes back at the address that it had. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => {
      this.answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Goes away at once, in the middle of whatever it was saying. */
  async vanish(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
}

/** Begins a stream of server-sent events. */
export function beginEvents(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}

/** One server-sent event, as text. */
export function toEvent(event: string, data: unknown, id?: number): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return `${idLine}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
