import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { RolloutId } from '../../domain/rollout-id.js';
import type { ServerContext } from '../context.js';
import { RolloutParams } from '../contract/rollout-requests.js';
import { ModelNews } from '../model-news.js';
import { followers, lastEventId } from '../rollouts/follow.js';
import { followRollout } from '../rollouts/follow-rollout.js';
import { followRollouts } from '../rollouts/follow-rollouts.js';
import type { RolloutView } from '../rollouts/view.js';

const tags = ['rollouts'];
const params = RolloutParams;

/** Streams of server-sent events: one rollout, and all of them. */
export function rolloutStreams(
  plain: FastifyInstance,
  context: ServerContext,
  view: RolloutView,
): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const beginFollowing = followers(plain);
  const modelNews = new ModelNews(context);
  app.get(
    '/api/v1/rollouts/:id/follow',
    {
      schema: {
        summary: 'Server-sent events of one rollout: event, rollout, point, end',
        description: 'Send Last-Event-ID to be told only the events after that sequence.',
        tags,
        params,
        produces: ['text/event-stream'],
      },
    },
    (request, reply) =>
      followRollout(context, view, request.params.id as RolloutId, lastEventId(request) ?? 0, () =>
        beginFollowing(request, reply),
      ),
  );
  app.get(
    '/api/v1/rollouts/follow',
    {
      schema: {
        summary: 'Server-sent events of all rollouts: a "rollout" whenever one has changed',
        description:
          'Each has an id. Send the last one as Last-Event-ID to be told, once, every rollout that changed since; without it, what changes from now on. A "measured" is the same of one whose evidence or time left has moved, and has no id. With models=true, "models" is the answer of /api/v1/models: at once, and whenever it has changed.',
        tags,
        querystring: Type.Object({ models: Type.Boolean({ default: false }) }),
        produces: ['text/event-stream'],
      },
    },
    (request, reply) =>
      followRollouts(context, view, lastEventId(request), () => {
        const follower = beginFollowing(request, reply);
        if (request.query.models) modelNews.tell(follower);
        return follower;
      }),
  );
}
