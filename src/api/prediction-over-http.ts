import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';
import type {
  AnsweredPrediction,
  PredictionRequest,
} from '../serving/gateway/answer-prediction.js';
import { acceptedEncoding } from './accepted-encoding.js';
import type { HttpAnswer } from './http-answer.js';

const pack = { gzip: promisify(gzip), deflate: promisify(deflate) };

/** Under this, compressing costs more than it saves. */
const smallestCompressedBytes = 1024;

/**
 * An answer with who gave it; packed where the client takes it and it is worth it. What needs no
 * packing is there at once: a promise would cost every small answer a turn.
 */
export function predictionOverHttp(
  { answer, answeredBy, version, fallback }: AnsweredPrediction,
  { requestId, headers: asked }: PredictionRequest,
): HttpAnswer | Promise<HttpAnswer> {
  const { status, headers, body } = answer;
  const added: Record<string, string> = {
    'serin-arm': answeredBy,
    'serin-version': version,
    'x-request-id': requestId,
  };
  if (fallback) added['serin-fallback'] = 'canary';
  if (body.length < smallestCompressedBytes) return { status, headers, added, body };
  const accepted = asked['accept-encoding'];
  const encoding = acceptedEncoding(typeof accepted === 'string' ? accepted : undefined);
  if (encoding === undefined) return { status, headers, added, body };
  added['content-encoding'] = encoding;
  added['vary'] = 'accept-encoding';
  return pack[encoding](body).then((packed) => ({ status, headers, added, body: packed }));
}
