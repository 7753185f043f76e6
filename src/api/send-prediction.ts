import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type {
  AnsweredPrediction,
  PredictionRequest,
} from '../serving/gateway/answer-prediction.js';
import { acceptedEncoding } from './accepted-encoding.js';

const pack = { gzip: promisify(gzip), deflate: promisify(deflate) };

/** Under this, compressing costs more than it saves. */
const smallestCompressedBytes = 1024;

/** Sends an answer with who gave it; packed where the client takes it and it is worth it. */
export async function sendPrediction(
  request: FastifyRequest,
  reply: FastifyReply,
  { requestId }: PredictionRequest,
  { answer, answeredBy, version, fallback }: AnsweredPrediction,
): Promise<FastifyReply> {
  reply.code(answer.status);
  reply.headers(answer.headers);
  reply.header('serin-arm', answeredBy);
  reply.header('serin-version', version);
  reply.header('x-request-id', requestId);
  if (fallback) reply.header('serin-fallback', 'canary');
  const { body } = answer;
  if (body.length < smallestCompressedBytes) return reply.send(body);
  const encoding = acceptedEncoding(request.headers['accept-encoding']);
  if (encoding === undefined) return reply.send(body);
  reply.header('content-encoding', encoding);
  reply.header('vary', 'accept-encoding');
  return reply.send(await pack[encoding](body));
}
