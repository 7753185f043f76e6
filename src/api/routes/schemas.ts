import type { FastifyInstance } from 'fastify';
import { schemaText } from '../../config/schema-text.js';

/** What editors ask for while a rollout file is written; they send no token, and nothing here is secret. */
export function schemaRoutes(app: FastifyInstance): void {
  const text = schemaText();
  app.get(
    '/schemas/serin.schema.json',
    {
      schema: {
        summary: 'The JSON Schema of serin.yaml, for editors',
        tags: ['rollouts'],
        produces: ['application/schema+json'],
      },
    },
    (_request, reply) =>
      reply.type('application/schema+json').header('cache-control', 'no-cache').send(text),
  );
}
