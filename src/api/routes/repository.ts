import type { FastifyInstance } from 'fastify';
import { toModelName } from '../../domain/ids.js';
import type { ServerContext } from '../context.js';
import { whoOf } from '../request-facts.js';

interface IndexEntry {
  readonly name: string;
  readonly version: string;
  readonly state: 'READY' | 'UNAVAILABLE';
  readonly reason: string;
}

/** The model repository extension: what there is is for everyone, loading is for admins. */
export function repositoryIndexRoute(app: FastifyInstance, context: ServerContext): void {
  const schema = { summary: 'Models and versions, and whether they are loaded', tags: ['models'] };
  app.post('/v2/repository/index', { schema }, async (request) => {
    const wanted = readOnly(request.body);
    const entries: IndexEntry[] = [];
    for (const { model, versions } of await context.versions.list()) {
      const served = context.deployments.models().find(({ name }) => name === model);
      const problem = context.deployments.failures().get(model)?.message;
      for (const version of versions) {
        const arm = served?.armOfVersion(version);
        const ready = arm !== undefined && served?.arm(arm)?.upstream.isReady() === true;
        const reason = ready ? '' : (problem ?? (arm === undefined ? 'not loaded' : 'not ready'));
        const state = ready ? 'READY' : 'UNAVAILABLE';
        if (ready || !wanted) entries.push({ name: model, version, state, reason });
      }
    }
    return entries;
  });
}

export function repositoryControlRoutes(app: FastifyInstance, context: ServerContext): void {
  const schema = (summary: string) => ({ schema: { summary, tags: ['models'] } });
  const nameOf = (params: unknown) => toModelName((params as { model: string }).model);

  app.post('/v2/repository/models/:model/load', schema('Load a model'), async (request, reply) => {
    const asked = { who: whoOf(request), why: 'repository API' };
    await context.deployments.load(nameOf(request.params), asked);
    return reply.send();
  });
  app.post(
    '/v2/repository/models/:model/unload',
    schema('Unload a model'),
    async (request, reply) => {
      const asked = { who: whoOf(request), why: 'repository API' };
      await context.deployments.unload(nameOf(request.params), asked);
      return reply.send();
    },
  );
}

/** `{"ready": true}` asks for loaded versions only; an empty body asks for all. */
function readOnly(body: unknown): boolean {
  if (!Buffer.isBuffer(body) || body.length === 0) return false;
  const parsed = JSON.parse(body.toString('utf8')) as { ready?: unknown } | null;
  return parsed?.ready === true;
}
