import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SerinError } from '../../domain/errors.js';
import { acceptedEncoding } from '../accepted-encoding.js';

/** `npm run build` leaves the page there; the compiled code lies beside it. */
const builtPage = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../../dist/ui/' : '../../../ui/', import.meta.url),
);

const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const typeOf: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface PageFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly packed: Buffer;
  readonly etag: string;
}

/** The dashboard: one page, and files whose names change with what is in them. */
export function pageRoutes(app: FastifyInstance, folder: string = builtPage): void {
  const hidden = { schema: { hide: true } };
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/', hidden, () => {
      throw new SerinError('page-not-built');
    });
    return;
  }
  const page = readPageFile(join(folder, 'index.html'));
  app.get('/', hidden, (request, reply) => send(request, reply, page, 'no-cache'));
  for (const name of readdirSync(join(folder, 'assets'))) {
    const file = readPageFile(join(folder, 'assets', name));
    app.get(`/assets/${name}`, hidden, (request, reply) =>
      send(request, reply, file, 'public, max-age=31536000, immutable'),
    );
  }
}

function readPageFile(path: string): PageFile {
  const plain = readFileSync(path);
  return {
    type: typeOf[extname(path)] ?? 'application/octet-stream',
    plain,
    packed: gzipSync(plain, { level: 9 }),
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
  };
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { type, plain, packed, etag }: PageFile,
  caching: string,
): FastifyReply {
  reply.type(type).headers({
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': caching,
    vary: 'accept-encoding',
    etag,
  });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  const isPacked = acceptedEncoding(request.headers['accept-encoding']) === 'gzip';
  if (isPacked) reply.header('content-encoding', 'gzip');
  return reply.send(isPacked ? packed : plain);
}
