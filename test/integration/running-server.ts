import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { startServer, type RunningServer, type ServeSettings } from '../../src/main.js';

/** Where `test/build-once.ts` leaves the churn samples. */
export const sampleModels = fileURLToPath(new URL('../../test-results/models', import.meta.url));

/** A server of the sample models on a free port, with a data folder of its own. */
export async function startTestServer(wishes: Partial<ServeSettings> = {}): Promise<TestServer> {
  const server = await startServer(
    {
      productVersion: '0.0.0-test',
      host: '127.0.0.1',
      port: 0,
      adminPort: undefined,
      dataFolder: newFolder(),
      nginxFolder: undefined,
      modelRoots: [sampleModels],
      firstStable: new Map(),
      defaultModel: undefined,
      sticky: undefined,
      adminToken: undefined,
      faultsEnabled: true,
      keepPayloads: true,
      allowCommands: false,
      maxBodyBytes: 16 * 1024 * 1024,
      maxModelBytes: 64 * 1024 * 1024,
      receiveTimeoutMs: 30_000,
      requestTimeoutMs: 10_000,
      startDeadlineMs: 30_000,
      runnerMemoryBytes: undefined,
      ...wishes,
    },
    pino({ level: 'silent' }),
  );
  return new TestServer(server);
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'serin-test-'));
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // What a server answers is looked into by tests in many ways.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** A running server, and how a client talks to it. */
export class TestServer {
  constructor(readonly server: RunningServer) {}

  get url(): string {
    return this.server.url;
  }

  close(): Promise<void> {
    return this.server.close();
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.ask('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    return this.#send('POST', path, body, headers);
  }

  put(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    return this.#send('PUT', path, body, headers);
  }

  async ask(
    method: string,
    path: string,
    body: string | Uint8Array | undefined,
    headers: Record<string, string>,
  ): Promise<Reply> {
    const sent = body === undefined ? {} : { body: body as NonNullable<RequestInit['body']> };
    const response = await fetch(this.url + path, { method, headers, ...sent });
    return {
      status: response.status,
      headers: response.headers,
      body: parsed(await response.text()),
    };
  }

  #send(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Reply> {
    if (body === undefined) return this.ask(method, path, undefined, headers);
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    const sent = isRaw ? body : JSON.stringify(body);
    return this.ask(method, path, sent, { 'content-type': 'application/json', ...headers });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Some answers are no JSON; the test looks at the text.
    return text;
  }
}
