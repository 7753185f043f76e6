import type { AskOnce } from '../sender.js';
import { endpointOf } from './endpoint.js';
import { reasonOfFetch } from './reason-of-fetch.js';

/**
 * Asks a server for single answers.
 * @param url whose origin is asked
 * @throws SerinError `usage` for what is no URL
 */
export function httpAsker(url: string, timeoutMs: number): AskOnce {
  const { authorization } = endpointOf(url);
  const { origin } = new URL(url);
  return async ({ method, path, headers, body }) => {
    try {
      const response = await fetch(new URL(path, origin), {
        method,
        headers: { ...(authorization === undefined ? {} : { authorization }), ...headers },
        ...(body === '' ? {} : { body }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: response.status, body: await response.text() };
    } catch (cause) {
      throw new Error(reasonOfFetch(cause), { cause });
    }
  };
}
