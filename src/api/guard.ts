import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SerinError } from '../domain/errors.js';
import type { ServerSettings } from './context.js';
import { sessionIdOf } from './session-cookie.js';
import { isSameSecret, type Sessions } from './sessions.js';

/**
 * Lets only those at the admin routes who may: with a token set, those who send it, or signed in
 * with it; without one (then Serin listens on loopback only), programs of this machine, but no web
 * page of another site that a person here has open.
 */
export function guardAdmin(
  app: FastifyInstance,
  settings: ServerSettings,
  sessions: Sessions,
): void {
  const { adminToken } = settings;
  const check =
    adminToken === undefined
      ? refuseOtherSites
      : (request: FastifyRequest) => requireToken(request, adminToken, sessions);
  app.addHook('onRequest', (request, _reply, done) => {
    try {
      check(request);
      done();
    } catch (thrown) {
      done(thrown as Error);
    }
  });
}

/**
 * Refuses what a web page of another site made a browser send. Browsers send one or both of these
 * headers with what a page asks for; programs send neither.
 * @throws SerinError `cross-site-refused`
 */
export function refuseOtherOrigins({ headers }: FastifyRequest): void {
  const { host = 'localhost', origin, 'sec-fetch-site': site } = headers;
  const isOwnPage =
    (site === undefined || site === 'same-origin' || site === 'none') &&
    (origin === undefined || origin.replace(/^https?:\/\//, '') === host);
  if (isOwnPage) return;
  throw new SerinError('cross-site-refused', {
    expected: "a request from this machine's own programs",
    found: 'one from a web page of another site',
  });
}

function refuseOtherSites(request: FastifyRequest): void {
  const { host = 'localhost' } = request.headers;
  // A name that was made to point here (DNS rebinding) shows in the Host header.
  if (!/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host)) {
    throw new SerinError('cross-site-refused', {
      expected: "a request from this machine's own programs",
      found: `host ${host.slice(0, 200)}`,
    });
  }
  refuseOtherOrigins(request);
}

function requireToken(request: FastifyRequest, token: string, sessions: Sessions): void {
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (given !== undefined && isSameSecret(given, token)) return;
  const csrfToken = sessions.csrfTokenOf(sessionIdOf(request));
  if (given !== undefined || csrfToken === undefined) {
    throw new SerinError('unauthorized', {
      found: given === undefined ? 'no token' : 'another token',
    });
  }
  refuseOtherOrigins(request);
  if (request.method === 'GET' || request.method === 'HEAD') return;
  // A browser sends the cookie by itself; only the page that signed in knows this.
  const sent = request.headers['serin-csrf'];
  if (typeof sent === 'string' && isSameSecret(sent, csrfToken)) return;
  throw new SerinError('cross-site-refused', {
    expected: "the session's token in the header serin-csrf",
    found: sent === undefined ? 'none' : 'another one',
  });
}
