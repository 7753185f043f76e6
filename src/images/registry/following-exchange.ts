import { SerinError } from '../../domain/errors.js';
import { isSafe } from './address.js';
import type { Exchange } from './exchange.js';

const mostRedirects = 3;

/**
 * An exchange that follows redirects: registries keep blobs in a store elsewhere.
 * @param elsewhere for other hosts, which must not see the authorization
 * @throws SerinError `registry-answer-invalid` for a redirect to nowhere
 */
export function followingExchange(exchange: Exchange, elsewhere: Exchange): Exchange {
  return async (ask) => {
    let url = ask.url;
    let reply = await exchange(ask);
    for (let count = 0; count < mostRedirects && isRedirect(reply.status); count += 1) {
      url = targetOf(reply.header('location'), url);
      const next = url.origin === ask.url.origin ? exchange : elsewhere;
      reply = await next({ ...ask, url });
    }
    return reply;
  };
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function targetOf(location: string | undefined, from: URL): URL {
  const isAddress = location !== undefined && URL.canParse(location, from.href);
  const target = isAddress ? new URL(location, from) : undefined;
  if (target !== undefined && isSafe(target)) return target;
  throw new SerinError('registry-answer-invalid', {
    expected: `${from.origin} to send on to an https address`,
    found: JSON.stringify((location ?? '').slice(0, 100)),
  });
}
