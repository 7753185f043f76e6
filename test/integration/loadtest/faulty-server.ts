import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A server on a free port of loopback. */
export interface TestTarget {
  readonly url: string;
  close(): Promise<void>;
}

export type Answering = (request: {
  readonly count: number;
  readonly body: string;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}) => void;

/** A server that answers `/predict`, and counts its requests from 1. */
export async function serve(answer: Answering): Promise<TestTarget> {
  let count = 0;
  const server = createServer((message, response) => {
    let body = '';
    message.on('data', (chunk: Buffer) => (body += chunk.toString()));
    message.on('end', () => answer({ count: ++count, body, message, response }));
  });
  return listening(server, '/predict');
}

/** A server that speaks something else than HTTP. */
export async function serveBytes(bytes: string): Promise<TestTarget> {
  return listening(
    createTcpServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end(bytes),
    ),
    '/predict',
  );
}

/** What a good server answers. */
export function good(response: ServerResponse, prediction = 0.5): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ prediction, latency_ms: 0.1 }));
}

/** What a server may answer with a good status that is no prediction, and what is said of it. */
export const wrongBodies: readonly (readonly [body: string, words: string])[] = [
  ['{"prediction":null,"latency_ms":1}', 'no prediction: "prediction" is null'],
  [
    '{"prediction":null,"error":"model not loaded"}',
    'a good status, and an "error": "model not loaded"',
  ],
  ['{"predictions":[0.5,null]}', 'no prediction: "predictions" is [0.5,null]'],
  ['{"outputs":{}}', 'no prediction: "outputs" is {}'],
  ['{"latency_ms":1}', 'no prediction: the answer holds ["latency_ms"]'],
  ['{"error":"bad input"}', 'a good status, and an "error": "bad input"'],
  ['<html>', 'no JSON: <html>'],
  ['', 'an empty body'],
];

async function listening(server: Server | TcpServer, path: string): Promise<TestTarget> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
