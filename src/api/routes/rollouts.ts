import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { parseSerinYaml } from '../../config/parse-serin-yaml.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import type { ServerContext } from '../context.js';
import {
  CheckRolloutRequest,
  RolloutExport,
  RolloutParams,
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
} from '../contract/rollouts.js';
import { whoOf } from '../request-facts.js';
import { checkLines } from '../rollouts/check-lines.js';
import { disagreementBody } from '../rollouts/disagreement.js';
import { eventBody } from '../rollouts/event-body.js';
import { exportRollout, importRollout } from '../rollouts/export.js';
import { pointBody } from '../rollouts/point.js';
import { previewOf } from '../rollouts/preview.js';
import { versionName } from '../rollouts/summary.js';
import { RolloutView } from '../rollouts/view.js';
import { rolloutActions } from './rollout-actions.js';
import { rolloutStreams } from './rollout-streams.js';

const tags = ['rollouts'];
const params = RolloutParams;

/** Rollouts: started, looked at, followed (rollout-streams.ts) and moved (rollout-actions.ts). */
export function rolloutRoutes(plain: FastifyInstance, context: ServerContext): void {
  const view = new RolloutView(context);
  startingRoutes(plain, context, view);
  lookingRoutes(plain, context, view);
  rolloutStreams(plain, context, view);
  rolloutActions(plain, context, view);
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
      const id = await importRollout(context, view, request.body, whoOf(request));
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
