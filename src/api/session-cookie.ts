import type { FastifyRequest } from 'fastify';
import { Sessions } from './sessions.js';

/** The id of the session that a browser sent along. */
export function sessionIdOf(request: FastifyRequest): string | undefined {
  const name = cookieName(request);
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value !== undefined && value !== '') return value;
  }
  return undefined;
}

/** The header that gives a browser its session; without an id, the one that takes it away. */
export function sessionCookie(request: FastifyRequest, id: string | undefined): string {
  const lifetime = id === undefined ? 0 : Sessions.longestSeconds;
  const secure = request.protocol === 'https' ? '; Secure' : '';
  return `${cookieName(request)}=${id ?? ''}; Max-Age=${lifetime}; Path=/; HttpOnly; SameSite=Strict${secure}`;
}

/** Cookies know no ports: two servers on one host would sign each other out. */
function cookieName(request: FastifyRequest): string {
  return `serin-session-${request.socket.localPort ?? 0}`;
}
