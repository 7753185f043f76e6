import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { parseSerinYaml } from '../../config/parse-serin-yaml.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import { toPercent } from '../../domain/share.js';
import type { ServerContext } from '../context.js';
import {
  ActionRequest,
  CheckRolloutRequest,
  RolloutExport,
  RolloutPreview,
  StartRolloutRequest,
} from '../contract/rollout-requests.js';
import {
  Disagreements,
  EvidenceOverTime,
  RolloutBody,
  RolloutEvents,
  RolloutList,
  RolloutListQuery,
  type ActionName,
} from '../contract/rollouts.js';
import { emptyBodyIsNoWishes } from '../empty-body.js';
import { whoOf } from '../request-facts.js';
import { toRequest } from '../rollouts/body.js';
import { checkLines } from '../rollouts/check-lines.js';
import { disagreementBody } from '../rollouts/disagreement.js';
import { eventBody } from '../rollouts/event-body.js';
import { exportRollout, importRollout } from '../rollouts/export.js';
import { followers, lastEventId } from '../rollouts/follow.js';
import { followRollout } from '../rollouts/follow-rollout.js';
import { pointBody } from '../rollouts/point.js';
import { previewOf } from '../rollouts/preview.js';
import { versionName } from '../rollouts/summary.js';
import { RolloutView } from '../rollouts/view.js';

const tags = ['rollouts'];
const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });

/** Rollouts: started, looked at, followed and moved. */
export function rolloutRoutes(plain: FastifyInstance, context: ServerContext): void {
  const view = new RolloutView(context);
  startingRoutes(plain, context, view);
  lookingRoutes(plain, context, view);
  followingRoutes(plain, context, view);
  movingRoutes(plain, context, view);
}

function startingRoutes(plain: FastifyInstance, context: ServerContext, view: RolloutView): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const { rollouts } = context;
  app.post(
    '/api/v1/rollouts',
    {
      schema: {
        summary: 'Start a rollout by the text of a rollout file',
        tags,
        body: StartRolloutRequest,
        response: { 201: RolloutBody },
      },
    },
    async (request, reply) => {
      const { yaml, file = 'serin.yaml', why = 'started' } = request.body;
      const strategy = parseSerinYaml(yaml, file);
      const id = await rollouts.start(strategy, whoOf(request), why);
      reply.code(201).header('location', `/api/v1/rollouts/${id}`);
      return view.body(id);
    },
  );
  app.post(
    '/api/v1/rollouts/check',
    {
      schema: {
        summary: 'What a rollout file would do, or what is wrong with it',
        tags,
        body: CheckRolloutRequest,
        response: { 200: RolloutPreview },
      },
    },
    (request) => previewOf(request.body),
  );
  app.post(
    '/api/v1/rollouts/import',
    {
      schema: {
        summary: 'Take over the log of a finished rollout',
        tags,
        body: RolloutExport,
        response: { 201: RolloutBody },
      },
    },
    async (request, reply) => {
      const id = await importRollout(context, view, request.body);
      reply.code(201).header('location', `/api/v1/rollouts/${id}`);
      return view.body(id);
    },
  );
}

function lookingRoutes(plain: FastifyInstance, context: ServerContext, view: RolloutView): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const { rollouts } = context;
  app.get(
    '/api/v1/rollouts',
    {
      schema: {
        summary: 'The rollouts, the newest first',
        tags,
        querystring: RolloutListQuery,
        response: { 200: RolloutList },
      },
    },
    (request) => view.list(request.query),
  );
  app.get(
    '/api/v1/rollouts/:id',
    { schema: { summary: 'One rollout', tags, params, response: { 200: RolloutBody } } },
    (request) => view.body(request.params.id as RolloutId),
  );
  app.get(
    '/api/v1/rollouts/:id/events',
    {
      schema: {
        summary: 'What happened to a rollout, the oldest first: its audit log',
        tags,
        params,
        querystring: Type.Object({ after: Type.Integer({ minimum: 0, default: 0 }) }),
        response: { 200: RolloutEvents },
      },
    },
    async (request) => {
      const history = await view.histories.of(request.params.id as RolloutId);
      return { events: history.slice(request.query.after).map(eventBody) };
    },
  );
  app.get(
    '/api/v1/rollouts/:id/evidence',
    {
      schema: {
        summary: 'What both arms did and what the judge said, over the whole rollout',
        tags,
        params,
        response: { 200: EvidenceOverTime },
      },
    },
    async (request) => {
      const id = request.params.id as RolloutId;
      const [first] = await view.histories.of(id);
      const points = rollouts.timelines.of(id).map(pointBody);
      return { points, ...checkLines(first.after.strategy) };
    },
  );
  app.get(
    '/api/v1/rollouts/:id/disagreements',
    {
      schema: {
        summary: 'Examples of what the arms of a shadow step answered otherwise',
        tags,
        params,
        response: { 200: Disagreements },
      },
    },
    async (request) => {
      const [first] = await view.histories.of(request.params.id as RolloutId);
      const { strategy } = first.after;
      const { stable, canary } = strategy;
      // Those of a later pair of versions are not this rollout's.
      const own = context.witness.disagreements
        .of(strategy.model)
        .filter(
          ({ versions }) =>
            versions.stable === versionName(stable) && versions.canary === versionName(canary),
        );
      return { disagreements: own.map(disagreementBody) };
    },
  );
  app.get(
    '/api/v1/rollouts/:id/export',
    {
      schema: {
        summary: 'The log of a finished rollout, to be kept or imported elsewhere',
        tags,
        params,
        response: { 200: RolloutExport },
      },
    },
    (request) => exportRollout(context, view, request.params.id as RolloutId),
  );
}

function followingRoutes(plain: FastifyInstance, context: ServerContext, view: RolloutView): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const beginFollowing = followers(plain);
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
      followRollout(context, view, request.params.id as RolloutId, lastEventId(request), () =>
        beginFollowing(request, reply),
      ),
  );
  app.get(
    '/api/v1/rollouts/follow',
    {
      schema: {
        summary: 'Server-sent events of all rollouts: a "rollout" whenever one has changed',
        tags,
        produces: ['text/event-stream'],
      },
    },
    (request, reply) => {
      const follower = beginFollowing(request, reply);
      const stop = context.rollouts.controller.onChange((rollout) =>
        follower.send('rollout', view.summary(rollout)),
      );
      follower.onClose(stop);
    },
  );
}

const actions: readonly (readonly [ActionName, string])[] = [
  ['pause', 'Wait at the weight that the canary has'],
  ['resume', 'Go on'],
  ['advance', 'Skip the rest of the step'],
  ['weight', 'Set the weight, and wait there'],
  ['promote', 'Make the canary stable now'],
  ['rollback', 'Take the canary back; after promotion, go back to the version before'],
  ['abort', 'End it without saying that the canary is bad'],
  ['retry', 'Start again from the beginning'],
];

function movingRoutes(plain: FastifyInstance, context: ServerContext, view: RolloutView): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  for (const [name, summary] of actions) {
    app.post(
      `/api/v1/rollouts/:id/${name}`,
      {
        preValidation: emptyBodyIsNoWishes,
        schema: { summary, tags, params, body: ActionRequest, response: { 200: RolloutBody } },
      },
      async (request) => {
        const id = request.params.id as RolloutId;
        const { why = name, weight, from_step: fromStep } = request.body;
        const given = {
          by: whoOf(request),
          why,
          weight: toPercent(name === 'weight' ? (weight ?? NaN) : 0),
          ...(fromStep === undefined ? {} : { fromStep }),
        };
        await context.rollouts.controller.request(id, toRequest(name, given));
        return view.body(id);
      },
    );
  }
}
