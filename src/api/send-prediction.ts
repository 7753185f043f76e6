import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type {
  AnsweredPrediction,
  PredictionRequest,
} from '../serving/gateway/answer-prediction.js';

const compress = promisify(gzip);

/** Under this, compressing costs more than it saves. */
const smallestCompressedBytes = 1024;

/** Sends an answer with who gave it; gzipped where the client takes it and it is worth it. */
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
  if (body.length < smallestCompressedBytes || !acceptsGzip(request)) return reply.send(body);
  reply.header('content-encoding', 'gzip');
  reply.header('vary', 'accept-encoding');
  return reply.send(await compress(body));
}

function acceptsGzip(request: FastifyRequest): boolean {
  const accepted = request.headers['accept-encoding'];
  if (typeof accepted !== 'string' || !accepted.includes('gzip')) return false;
  return !/gzip\s*;\s*q=0(\.0*)?\s*(,|$)/.test(accepted);
}
