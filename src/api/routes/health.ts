import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { ServerContext } from '../context.js';
import { isReadyToServe } from '../readiness.js';

const Health = Type.Object({
  status: Type.Union([Type.Literal('ok'), Type.Literal('degraded')]),
  error_rate: Type.Number({ description: 'Percent of requests that failed in the last minute.' }),
  requests: Type.Number({ description: 'In the last minute.' }),
});

/** Health for people, load balancers and R2's pipeline, and the metrics for Prometheus. */
export function healthRoutes(app: FastifyInstance, context: ServerContext): void {
  const { deployments, witness, metrics } = context;
  const schema = (summary: string) => ({ schema: { summary, tags: ['health'] } });
  const isReady = (): boolean => isReadyToServe(context);

  app.get(
    '/health',
    { schema: { ...schema('Health and error rate').schema, response: { 200: Health } } },
    () => ({
      status: isReady() ? ('ok' as const) : ('degraded' as const),
      ...witness.usersInWindow(deployments.models()),
    }),
  );
  app.get('/health/live', schema('Whether the server runs'), () => ({ status: 'ok' }));
  app.get('/health/ready', schema('Whether every model is ready'), (_request, reply) =>
    reply.code(isReady() ? 200 : 503).send({
      status: isReady() ? 'ok' : 'unavailable',
      models: deployments.models().map((model) => ({ name: model.name, ready: model.isReady() })),
      problems: [...deployments.failures()].map(([name, error]) => ({
        name,
        problem: error.message,
      })),
    }),
  );
  app.get('/metrics', schema('Prometheus metrics'), async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  );
}
