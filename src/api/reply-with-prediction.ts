import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerRequest, whoIsAsked, type PredictionAddress } from './answer-request.js';
import type { ServerContext } from './context.js';
import { predictionOverHttp } from './prediction-over-http.js';
import { predictionRequestOf } from './request-facts.js';

/** Answers a request for a prediction; the route says what its address meant. */
export async function replyWithPrediction(
  context: ServerContext,
  address: PredictionAddress,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const prediction = predictionRequestOf(request, address.protocol);
  const asked = whoIsAsked(context, address, prediction.body);
  const answered = await answerRequest(context, asked, prediction);
  const { status, headers, added, body } = await predictionOverHttp(answered, prediction);
  const all: Record<string, string | readonly string[]> = { ...headers, ...added };
  return reply
    .code(status)
    .headers(all as Record<string, string | string[]>)
    .send(body);
}
