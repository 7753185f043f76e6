import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SerinError } from '../../domain/errors.js';
import { SessionBody, SignInRequest } from '../contract/session.js';
import { refuseOtherOrigins } from '../guard.js';
import { sessionCookie, sessionIdOf } from '../session-cookie.js';
import { isSameSecret, type Sessions } from '../sessions.js';

interface SessionSettings {
  readonly adminToken: string | undefined;
  /** Whether this listener answers predictions, too. */
  readonly dataPlane: boolean;
}

/** How the page signs in: the token once, then a cookie that no script can read. */
export function sessionRoutes(
  plain: FastifyInstance,
  sessions: Sessions,
  { adminToken, dataPlane }: SessionSettings,
): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['session'];
  const response = { 200: SessionBody };
  const bodyOf = (csrfToken: string | undefined): SessionBody => ({
    token_needed: adminToken !== undefined,
    signed_in: adminToken === undefined || csrfToken !== undefined,
    csrf_token: csrfToken ?? null,
    data_plane: dataPlane,
  });
  const ownPagesOnly = {
    onRequest: (request: FastifyRequest, _reply: unknown, done: (error?: Error) => void) => {
      refuseOtherOrigins(request);
      done();
    },
  };

  app.get(
    '/api/v1/session',
    { schema: { summary: 'Whether a token is needed, and was given', tags, response } },
    (request, reply) => {
      reply.header('cache-control', 'no-store');
      return bodyOf(sessions.csrfTokenOf(sessionIdOf(request)));
    },
  );
  app.post(
    '/api/v1/session',
    {
      ...ownPagesOnly,
      schema: { summary: 'Sign in with the admin token', tags, body: SignInRequest, response },
    },
    (request, reply) => {
      if (adminToken === undefined) return bodyOf(undefined);
      if (!isSameSecret(request.body.token, adminToken)) {
        throw new SerinError('unauthorized', { found: 'another token' });
      }
      sessions.end(sessionIdOf(request));
      const { id, csrfToken } = sessions.start();
      reply.header('set-cookie', sessionCookie(request, id)).header('cache-control', 'no-store');
      return bodyOf(csrfToken);
    },
  );
  app.delete(
    '/api/v1/session',
    { ...ownPagesOnly, schema: { summary: 'Sign out', tags, response } },
    (request, reply) => {
      sessions.end(sessionIdOf(request));
      reply.header('set-cookie', sessionCookie(request, undefined));
      return bodyOf(undefined);
    },
  );
}
