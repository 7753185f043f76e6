import { userInfo } from 'node:os';
import { SerinError } from '../domain/errors.js';
import { errorCatalogue, type ErrorCode } from '../domain/error-catalogue.js';

export const defaultUrl = 'http://127.0.0.1:8080';

/** How commands talk to a running server. */
export interface Client {
  readonly url: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
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
  };
}

async function ask<T>(base: string, method: string, path: string, body?: unknown): Promise<T> {
  const token = process.env['SERIN_ADMIN_TOKEN'];
  let response: Response;
  try {
    response = await fetch(base + path, {
      method,
      headers: {
        'serin-user': userInfo().username,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    throw new SerinError('server-unreachable', { expected: `a server at ${base}`, cause });
  }
  const text = await response.text();
  const said = parsedOrUndefined(text);
  if (!response.ok || said === undefined) throw refusal(text, said, response.status, base);
  return said as T;
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
  return new SerinError(code as ErrorCode, Object.fromEntries(words) as object);
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: then it is not Serin that answers there, which the caller says.
    return undefined;
  }
}
