import { SerinError } from '../../domain/errors.js';
import { isSafe } from './address.js';
import { readChallenge, type Challenge } from './challenge.js';
import type { Credentials } from './credentials.js';
import type { Ask, Exchange, Reply } from './exchange.js';
import { failureOf } from './failure.js';
import { isRecord, parsedOrUndefined } from './json.js';

type Bearer = Extract<Challenge, { kind: 'bearer' }>;

/**
 * An exchange that signs in as the registry asks for: with a token of the address that it names
 * (Docker Hub, GHCR), or with user and password. A token is kept until it is refused, as it then
 * has run out, or is for less than is asked now.
 * @throws SerinError `registry-unauthorized` where the registry accepts nobody that is known
 */
export function signedInExchange(
  exchange: Exchange,
  credentials: Credentials | undefined,
): Exchange {
  let authorization: string | undefined;
  return async (ask) => {
    const reply = await exchange(withAuthorization(ask, authorization));
    if (reply.status !== 401) return reply;
    authorization = await authorizationFor(reply, ask.url, exchange, credentials);
    const second = await exchange(withAuthorization(ask, authorization));
    if (second.status !== 401) return second;
    authorization = undefined;
    throw refused(ask.url, credentials, second);
  };
}

function withAuthorization(ask: Ask, authorization: string | undefined): Ask {
  if (authorization === undefined) return ask;
  return { ...ask, headers: { ...ask.headers, authorization } };
}

async function authorizationFor(
  reply: Reply,
  url: URL,
  exchange: Exchange,
  credentials: Credentials | undefined,
): Promise<string> {
  const challenge = readChallenge(reply.header('www-authenticate') ?? '');
  switch (challenge?.kind) {
    case 'bearer':
      return `Bearer ${await fetchToken(challenge, url, exchange, credentials)}`;
    case 'basic':
      if (credentials?.kind === 'password') return basic(credentials);
      throw refused(url, credentials, reply);
    case undefined:
      throw refused(url, credentials, reply);
  }
}

function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Source: the token authentication and the OAuth2 pages of the distribution project. */
async function fetchToken(
  { realm, service, scope }: Bearer,
  registry: URL,
  exchange: Exchange,
  credentials: Credentials | undefined,
): Promise<string> {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url === undefined || !isSafe(url)) {
    throw new SerinError('registry-answer-invalid', {
      expected: `${registry.origin} to name an https address that hands out tokens`,
      found: JSON.stringify(realm.slice(0, 200)),
    });
  }
  const parameters = new URLSearchParams();
  if (service !== undefined) parameters.set('service', service);
  if (scope !== undefined) parameters.set('scope', scope);
  const reply = await exchange(tokenRequest(url, parameters, credentials));
  if (reply.status !== 200) throw refused(registry, credentials, reply);
  return tokenIn(reply, url);
}

function tokenRequest(
  url: URL,
  parameters: URLSearchParams,
  credentials: Credentials | undefined,
): Ask {
  if (credentials?.kind === 'identity-token') {
    parameters.set('grant_type', 'refresh_token');
    parameters.set('refresh_token', credentials.token);
    parameters.set('client_id', 'serin');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url, headers, body: parameters.toString() };
  }
  const asked = new URL(url);
  for (const [name, value] of parameters) asked.searchParams.set(name, value);
  const headers = credentials === undefined ? {} : { authorization: basic(credentials) };
  return { method: 'GET', url: asked, headers };
}

function tokenIn({ body }: Reply, url: URL): string {
  // Errors have no cause here: what was read may hold the token.
  const answer = parsedOrUndefined(body.toString('utf8'));
  const token = isRecord(answer) ? (answer['token'] ?? answer['access_token']) : undefined;
  // It goes into a header.
  if (typeof token === 'string' && /^[\u0021-\u007e]+$/.test(token)) return token;
  throw new SerinError('registry-answer-invalid', {
    expected: `a token from ${url.origin}`,
    found: 'an answer without one',
  });
}

function refused(url: URL, credentials: Credentials | undefined, reply: Reply): SerinError {
  if (reply.status === 429 || reply.status >= 500)
    return failureOf(reply, `a token for ${url.host}`);
  return new SerinError('registry-unauthorized', {
    expected: `to be let in at ${url.host} ${inWords(credentials)}`,
    found: `status ${reply.status}`,
  });
}

function inWords(credentials: Credentials | undefined): string {
  switch (credentials?.kind) {
    case 'password':
      return `as ${JSON.stringify(credentials.username)}`;
    case 'identity-token':
      return 'with the token that is known';
    case undefined:
      return 'without credentials';
  }
}
