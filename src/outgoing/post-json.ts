import { request } from 'undici';

/** What came of a POST. A server that answers is believed, whatever it answers. */
export type PostReply =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** Of the body, so much as is worth reading. */
      readonly text: string;
    }
  /** The whole answer was not there in time. */
  | { readonly kind: 'timed-out' }
  /** Refused, reset, no such host, no valid certificate. */
  | { readonly kind: 'unreachable'; readonly reason: string };

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Until the whole answer is there. */
  readonly timeoutMs: number;
  /** Ends it; the other side is `unreachable` then. */
  readonly signal?: AbortSignal;
}

/** More than a sentence or two nobody reads; a server may send for ever. */
const mostBytes = 64 * 1024;

/** A longer timer of Node rings at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Sends JSON to another server, once. Redirects are not followed: whoever named the address meant
 * it, and a redirect may lead into this network. Never rejects.
 */
export async function postJson(
  url: string,
  body: object,
  { headers, timeoutMs, signal }: PostOptions,
): Promise<PostReply> {
  const late = AbortSignal.timeout(Math.min(timeoutMs, longestTimerMs));
  try {
    const response = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'serin', ...headers },
      body: JSON.stringify(body),
      // The next message may be hours away.
      reset: true,
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return { kind: 'answered', status: response.statusCode, text: await textOf(response.body) };
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'TimeoutError') {
      return { kind: 'timed-out' };
    }
    return { kind: 'unreachable', reason: reasonOf(thrown) };
  }
}

/**
 * An address as it may be shown: without path, query and password, as an incoming webhook's address
 * is a secret.
 */
export function shownAddress(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'an address that is none';
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes >= mostBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes).toString().trim();
}

/** A word of the system (ECONNREFUSED) where there is one: it says more than the sentence. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { code } = thrown as NodeJS.ErrnoException;
  return code ?? thrown.message;
}
