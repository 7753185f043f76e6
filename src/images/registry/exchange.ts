import { request } from 'undici';
import { SerinError } from '../../domain/errors.js';

/** One request to a registry, or to whoever hands out its tokens. */
export interface Ask {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export interface Reply {
  readonly status: number;
  /** By name in lower case; of several of one name the first. */
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
}

/** Sends one request and reads the whole answer. */
export type Exchange = (ask: Ask) => Promise<Reply>;

/** Manifests are at most 4 MiB by the specification; configurations and lists are smaller. */
const mostBytes = 8 * 1024 * 1024;

/**
 * An exchange over the network. Redirects are not followed.
 * @param timeoutMs until the whole answer has to be there
 * @throws SerinError `registry-unreachable`, `registry-answer-invalid` for one without an end
 */
export function networkExchange(timeoutMs: number, signal?: AbortSignal): Exchange {
  return async ({ method, url, headers, body }) => {
    const late = AbortSignal.timeout(timeoutMs);
    try {
      const response = await request(url, {
        method,
        headers: { 'user-agent': 'serin', ...headers },
        ...(body === undefined ? {} : { body }),
        signal: signal === undefined ? late : AbortSignal.any([late, signal]),
      });
      return {
        status: response.statusCode,
        header: (name) => firstOf(response.headers[name]),
        body: await bytesOf(response.body, url),
      };
    } catch (thrown) {
      if (thrown instanceof SerinError) throw thrown;
      signal?.throwIfAborted();
      throw new SerinError('registry-unreachable', {
        expected: `an answer from ${url.origin}`,
        found: late.aborted ? `none within ${timeoutMs / 1000} s` : reasonOf(thrown),
        cause: thrown,
      });
    }
  };
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

async function bytesOf(body: AsyncIterable<Buffer>, url: URL): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes <= mostBytes) continue;
    throw new SerinError('registry-answer-invalid', {
      expected: 'at most 8 MiB',
      found: `more from ${url.origin}`,
    });
  }
  return Buffer.concat(chunks);
}

/** A word of the system (ECONNREFUSED) where there is one: it says more than the sentence. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { code } = thrown as NodeJS.ErrnoException;
  return code ?? thrown.message;
}
