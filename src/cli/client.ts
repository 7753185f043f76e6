import { userInfo } from 'node:os';
import { SerinError } from '../domain/errors.js';
import { errorCatalogue, type ErrorCode } from '../domain/error-catalogue.js';

export const defaultUrl = 'http://127.0.0.1:8080';

/** How commands talk to a running server. */
export interface Client {
  readonly url: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  /** Opens a stream of server-sent events; its body is read by whoever asked. */
  openEvents(path: string, lastEventId: string, signal: AbortSignal): Promise<Response>;
}

/**
 * A client of the server at an address, with the admin token of the environment.
 * @param url as given with --url; else SERIN_URL, else the default address
 */
export function connect(url: string | undefined): Client {
  const base = (url ?? process.env['SERIN_URL'] ?? defaultUrl).replace(/\/+$/, '');
  return {
    url: base,
    get: (path) => ask(base, 'GET', path),
    post: (path, body) => ask(base, 'POST', path, body),
    openEvents: (path, lastEventId, signal) => openEvents(base, path, lastEventId, signal),
  };
}

async function ask<T>(base: string, method: string, path: string, body?: unknown): Promise<T> {
  const response = await send(base, path, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await textOf(response, base);
  const said = parsedOrUndefined(text);
  if (!response.ok || said === undefined) throw refusal(text, said, response.status, base);
  return said as T;
}

async function openEvents(
  base: string,
  path: string,
  lastEventId: string,
  signal: AbortSignal,
): Promise<Response> {
  const response = await send(base, path, {
    headers: { accept: 'text/event-stream', 'last-event-id': lastEventId },
    signal,
  });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (response.ok && isStream) return response;
  const text = await textOf(response, base);
  throw refusal(text, parsedOrUndefined(text), response.status, base);
}

interface Sent extends RequestInit {
  readonly headers: Readonly<Record<string, string>>;
}

async function send(base: string, path: string, { headers, ...rest }: Sent): Promise<Response> {
  const token = process.env['SERIN_ADMIN_TOKEN'];
  try {
    return await fetch(base + path, {
      ...rest,
      headers: {
        'serin-user': userInfo().username,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
    });
  } catch (cause) {
    throw unreachable(base, cause);
  }
}

async function textOf(response: Response, base: string): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw unreachable(base, cause);
  }
}

function unreachable(base: string, cause: unknown): SerinError {
  return new SerinError('server-unreachable', { expected: `a server at ${base}`, cause });
}

/** The server's own error, so that the command line says the same words. */
function refusal(text: string, answer: unknown, status: number, base: string): SerinError {
  const said = (answer ?? {}) as Readonly<Record<string, unknown>>;
  const code = said['code'];
  if (typeof code !== 'string' || !(code in errorCatalogue)) {
    return new SerinError('server-refused', {
      expected: `an answer of Serin at ${base}`,
      found: `status ${status}: ${text.slice(0, 200)}`,
    });
  }
  const words = ['expected', 'found', 'advice'].flatMap((field) => {
    const value = said[field];
    return typeof value === 'string' ? [[field, value]] : [];
  });
  const fields = said['fields'];
  return new SerinError(code as ErrorCode, {
    ...(Object.fromEntries(words) as object),
    ...(isRecord(fields) ? { fields } : {}),
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: then it is not Serin that answers there, which the caller says.
    return undefined;
  }
}
