import { performance } from 'node:perf_hooks';
import { Pool, errors as undiciErrors } from 'undici';
import { SerinError } from '../../domain/errors.js';
import type { HttpVersion } from '../../domain/version.js';
import type { FaultInjector } from '../faults.js';
import { UnderWay } from '../under-way.js';
import { Protocol, type Answer, type Call, type Upstream } from '../upstream.js';
import { Reachability } from './reachability.js';
import { sayWhoAnswered } from './say-who-answered.js';
import { understandAnswer } from './understand-answer.js';
import { unpack } from './unpack.js';

export interface HttpUpstreamOptions {
  /** Open connections at most. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** Until the whole answer is there. */
  readonly requestTimeoutMs: number;
  /** Largest answer that is accepted. */
  readonly maxAnswerBytes: number;
}

export const defaultHttpUpstreamOptions: HttpUpstreamOptions = {
  connections: 64,
  connectTimeoutMs: 2_000,
  requestTimeoutMs: 30_000,
  maxAnswerBytes: 64 * 1024 * 1024,
};

/** What the server sent, as it came. */
interface Sent {
  readonly status: number;
  readonly headers: Answer['headers'];
  readonly encoding: string | undefined;
  readonly body: Buffer;
}

/** Headers of one hop, or that undici sets itself: never passed on. */
const ownHeaders = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  // The admin token is for Serin; a model server has no business with it.
  'authorization',
  // The answer is read, so it is asked for plain.
  'accept-encoding',
  // What Serin says of its copies, no client says.
  'serin-shadow',
]);

/**
 * An arm that any HTTP model server answers for. The request is passed on as the client sent it:
 * to the path that the client asked for, or, where the URL has a path of its own, predictions go
 * there. The answer is passed on as the server gave it, but that JSON says who answered.
 */
export class HttpUpstream implements Upstream {
  readonly address: string;
  readonly #pool: Pool;
  readonly #underWay = new UnderWay();
  readonly #ownPath: string | undefined;
  readonly #reachability = new Reachability(() => this.#look());

  constructor(
    readonly version: HttpVersion,
    private readonly faults: FaultInjector,
    private readonly options: HttpUpstreamOptions = defaultHttpUpstreamOptions,
  ) {
    const url = new URL(version.url);
    this.address = url.origin;
    this.#ownPath = url.pathname === '/' ? undefined : url.pathname + url.search;
    this.#pool = new Pool(url.origin, {
      connections: options.connections,
      connectTimeout: options.connectTimeoutMs,
      headersTimeout: options.requestTimeoutMs,
      bodyTimeout: options.requestTimeoutMs,
      maxResponseSize: options.maxAnswerBytes,
    });
  }

  isReady(): boolean {
    return !this.#pool.destroyed && this.#reachability.isThere;
  }

  /** Finds out whether the server is there: `isReady` says it from then on. Never rejects. */
  lookNow(): Promise<void> {
    return this.#reachability.lookNow();
  }

  async answer(call: Call): Promise<Answer> {
    // Nobody waits for a copy, and closing does not either.
    const isWaitedFor = call.isCopy !== true;
    if (isWaitedFor) this.#underWay.begin();
    try {
      return await this.#answer(call);
    } finally {
      if (isWaitedFor) this.#underWay.end();
    }
  }

  async close(): Promise<void> {
    await this.#underWay.drained(this.options.requestTimeoutMs);
    this.#reachability.stop();
    await this.#pool.destroy();
  }

  async #answer(call: Call): Promise<Answer> {
    if (!this.faults.isIdle) await this.faults.beforeAnswer(this.options.requestTimeoutMs);
    const { status, headers, encoding, body: sent } = await this.#send(call);
    const body = await unpack(sent, encoding, this.options.maxAnswerBytes);
    if (status >= 500) {
      throw new SerinError('upstream-failed', {
        expected: 'an answer with a status under 500',
        found: `status ${status} from ${this.version.url}`,
        fields: { upstreamStatus: status },
      });
    }
    const understood = status < 300 ? understandAnswer(body, headers, call) : undefined;
    if (understood === undefined) return { status, headers, body, rows: 1 };
    const { message, prediction } = understood;
    const latencyMs = performance.now() - call.arrivedAtMs;
    const said = sayWhoAnswered(message, headers, call, this.version, latencyMs);
    return { status, ...said, rows: 1, prediction };
  }

  async #send(call: Call): Promise<Sent> {
    try {
      const response = await this.#pool.request({
        method: 'POST',
        path: this.#pathOf(call),
        headers: passedOn(call),
        body: call.body,
        signal: AbortSignal.timeout(this.options.requestTimeoutMs),
      });
      this.#reachability.answered();
      const body = Buffer.from(await response.body.arrayBuffer());
      const [encoding] = [response.headers['content-encoding']].flat();
      const headers = answerHeaders(response.headers);
      return { status: response.statusCode, headers, encoding, body };
    } catch (thrown) {
      this.#reachability.failed();
      throw this.#failure(thrown);
    }
  }

  /** Any answer will do: servers have no common address for their health. */
  async #look(): Promise<void> {
    const signal = AbortSignal.timeout(this.options.connectTimeoutMs);
    const { body } = await this.#pool.request({ method: 'GET', path: '/health', signal });
    await body.dump();
  }

  /** A version's name is Serin's word for this arm; the server behind it does not know it. */
  #pathOf({ protocol, path }: Call): string {
    if (protocol === Protocol.Predict) return this.#ownPath ?? path;
    return path.replace(/^(\/v2\/models\/[^/?]+)\/versions\/[^/?]+/, '$1');
  }

  #failure(thrown: unknown): SerinError {
    const isTimeout =
      thrown instanceof undiciErrors.HeadersTimeoutError ||
      thrown instanceof undiciErrors.BodyTimeoutError ||
      (thrown instanceof DOMException && thrown.name === 'TimeoutError');
    if (isTimeout) {
      return new SerinError('upstream-timeout', {
        expected: `an answer from ${this.version.url} within ${this.options.requestTimeoutMs} ms`,
        found: 'none',
        cause: thrown,
      });
    }
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return new SerinError('upstream-failed', {
      expected: `an answer from ${this.version.url}`,
      found: reason,
      cause: thrown,
    });
  }
}

function passedOn(call: Call): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(call.headers)) {
    if (value !== undefined && !ownHeaders.has(name)) headers[name] = value;
  }
  headers['x-request-id'] = call.requestId;
  if (call.isCopy === true) headers['serin-shadow'] = 'copy';
  return headers;
}

function answerHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !ownHeaders.has(name)) kept[name] = value;
  }
  return kept;
}
