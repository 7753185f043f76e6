import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { SerinError } from '../../domain/errors.js';
import type { ServerContext } from '../context.js';
import { VerdictBody } from '../contract/verdict.js';
import { verdictBody } from '../verdict-body.js';
import { verdictOf } from '../verdict-of.js';

/** What the judge says of a model's canary. */
export function verdictRoutes(plain: FastifyInstance, context: ServerContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    '/api/v1/models/:model/verdict',
    {
      schema: {
        summary: "The judge's evidence on the model's own concurrent traffic",
        tags: ['models'],
        params: Type.Object({ model: Type.String() }),
        response: { 200: VerdictBody },
      },
    },
    (request) => {
      const model = context.deployments.model(request.params.model);
      const verdict = verdictOf(context, model);
      if (verdict === undefined) throw new SerinError('no-canary');
      return verdictBody(model.name, verdict);
    },
  );
}
