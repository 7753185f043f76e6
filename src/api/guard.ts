import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SerinError } from '../domain/errors.js';
import type { ServerSettings } from './context.js';

/**
 * Lets only those at the admin routes who may: with a token set, those who send it; without one
 * (then Serin listens on loopback only), programs of this machine, but no web page of another site
 * that a person here has open.
 */
export function guardAdmin(app: FastifyInstance, settings: ServerSettings): void {
  const check =
    settings.adminToken === undefined ? refuseOtherSites : requireToken(settings.adminToken);
  app.addHook('onRequest', (request, _reply, done) => {
    try {
      check(request);
      done();
    } catch (thrown) {
      done(thrown as Error);
    }
  });
}

function requireToken(token: string): (request: FastifyRequest) => void {
  const wanted = digestOf(token);
  return (request) => {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    // Digests have one length, so that the time to compare tells nothing of the token.
    if (given === undefined || !timingSafeEqual(digestOf(given), wanted)) {
      throw new SerinError('unauthorized', {
        found: given === undefined ? 'no token' : 'another token',
      });
    }
  };
}

function refuseOtherSites(request: FastifyRequest): void {
  const { host = 'localhost', origin, 'sec-fetch-site': site } = request.headers;
  // A name that was made to point here (DNS rebinding) shows in the Host header.
  const isOwnName = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);
  // Browsers send one or both of these with what a page asks for; programs send neither.
  const isOwnPage =
    (site === undefined || site === 'same-origin' || site === 'none') &&
    (origin === undefined || origin === `http://${host}`);
  if (isOwnPage && isOwnName) return;
  throw new SerinError('cross-site-refused', {
    expected: "a request from this machine's own programs",
    found: isOwnName ? 'one from a web page of another site' : `host ${host.slice(0, 200)}`,
  });
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
