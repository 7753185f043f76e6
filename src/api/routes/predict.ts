import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Protocol } from '../../serving/upstream.js';
import type { ServerContext } from '../context.js';
import { predictSchema } from '../contract/predict.js';
import { replyWithPrediction } from '../reply-with-prediction.js';

/** POST /predict, and the same with the model in the address. */
export function predictRoutes(app: FastifyInstance, context: ServerContext): void {
  const schema = { ...predictSchema, tags: ['predict'] };
  app.post('/predict', { schema }, (request, reply) => predict(request, reply, undefined));
  app.post('/models/:model/predict', { schema }, (request, reply) =>
    predict(request, reply, (request.params as { model: string }).model),
  );

  function predict(
    request: FastifyRequest,
    reply: FastifyReply,
    model: string | undefined,
  ): Promise<FastifyReply> {
    const address = { protocol: Protocol.Predict, model, version: undefined };
    return replyWithPrediction(context, address, request, reply);
  }
}
