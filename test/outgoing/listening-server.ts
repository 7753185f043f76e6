import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the server received it. */
export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  // What arrives is looked into by tests in many ways.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

type Answer = (request: Received, response: ServerResponse) => void;

/** A server on loopback that keeps what it is sent, and answers as it is told. */
export class ListeningServer {
  readonly received: Received[] = [];

  /** Also when nobody listens there any more. */
  readonly url: string;

  private constructor(
    private readonly server: Server,
    public answer: Answer,
  ) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.#take(request, response);
    });
  }

  static async start(answer: Answer = (_, response) => response.end()): Promise<ListeningServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ListeningServer(server, answer);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { method, url: path, headers } = request;
    const received = { method, path, headers, body: JSON.parse(text) as unknown };
    this.received.push(received);
    this.answer(received, response);
  }
}

/** Answers with a status and, where there is one, a body. */
export function replyWith(status: number, body?: string | object): Answer {
  return (_, response) => {
    response.statusCode = status;
    if (typeof body === 'object') response.setHeader('content-type', 'application/json');
    response.end(typeof body === 'object' ? JSON.stringify(body) : body);
  };
}
