import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { DeploymentEvent } from '../../domain/deployment.js';
import { SerinError } from '../../domain/errors.js';
import { toModelName } from '../../domain/ids.js';
import type { ServerContext } from '../context.js';
import {
  DeploymentHistory,
  ModelList,
  ModelStatus,
  type DeploymentEntry,
} from '../contract/models.js';
import { modelStatuses } from '../model-status.js';

const Params = Type.Object({ model: Type.String() });

/** The models and their arms, for the command line and for pages. */
export function modelRoutes(plain: FastifyInstance, context: ServerContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['models'];

  app.get(
    '/api/v1/models',
    { schema: { summary: 'All models', tags, response: { 200: ModelList } } },
    async () => ({ models: await modelStatuses(context) }),
  );
  app.get(
    '/api/v1/models/:model',
    { schema: { summary: 'One model', tags, params: Params, response: { 200: ModelStatus } } },
    async (request) => {
      const statuses = await modelStatuses(context);
      const status = statuses.find(({ name }) => name === request.params.model);
      if (status !== undefined) return status;
      throw new SerinError('model-not-found', {
        expected: `one of ${statuses.map(({ name }) => name).join(', ')}`,
        found: request.params.model,
      });
    },
  );
  app.get(
    '/api/v1/models/:model/events',
    {
      schema: {
        summary: 'The audit log of a model, newest first',
        tags,
        params: Params,
        querystring: Type.Object({
          limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
        }),
        response: { 200: DeploymentHistory },
      },
    },
    (request) => {
      const name = toModelName(request.params.model);
      return { events: context.deployments.history(name, request.query.limit).map(entryOf) };
    },
  );
}

function entryOf(event: DeploymentEvent): DeploymentEntry {
  const { atMs, type, who, why, ...particulars } = event;
  return { at: new Date(atMs).toISOString(), type, who, why, particulars };
}
