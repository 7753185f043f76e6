import type { Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { SerinError } from '../domain/errors.js';

/**
 * Bodies of predictions are taken as they are: the protocols read them. Compressed ones are
 * unpacked first, and the limit holds for what comes out, so that a small body cannot swell.
 */
export function acceptRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
}

/** Unpacks compressed bodies, of every kind of request. */
export function unpackBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') {
      done(null, payload);
      return;
    }
    const unpack = unpackerOf(encoding);
    if (unpack === undefined) {
      done(
        new SerinError('unsupported-encoding', {
          expected: 'gzip or deflate',
          found: JSON.stringify(encoding),
        }),
      );
      return;
    }
    // What Fastify compares with Content-Length is what was received, not what came out.
    const counted = Object.assign(unpack, { receivedEncodedLength: 0 });
    payload.on('data', (chunk: Buffer) => (counted.receivedEncodedLength += chunk.length));
    payload.on('error', (error) => unpack.destroy(error));
    payload.pipe(unpack);
    done(null, counted);
  });
}

function unpackerOf(encoding: string): Transform | undefined {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'deflate') return createInflate();
  return undefined;
}
