import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { toVersionRef } from '../../domain/deployment.js';
import { SerinError } from '../../domain/errors.js';
import { toPercent } from '../../domain/share.js';
import { notLoaded } from '../../serving/gateway/not-loaded.js';
import { parseStickyKey } from '../../traffic/sticky-key.js';
import { chooseModel } from '../choose-model.js';
import type { ServerContext } from '../context.js';
import { AdminRequest, DeployCanaryRequest, WeightRequest } from '../contract/admin.js';
import { emptyBodyIsNoWishes } from '../empty-body.js';
import { whoOf } from '../request-facts.js';
import { AliasesOfRollouts } from '../rollouts/aliases.js';

/** R1's split, where a request names no weight. */
const defaultWeightPercent = 10;

/**
 * The admin endpoints of reference system R1, under their names there. While a model has a rollout,
 * they are other names for its actions, so that nobody moves its canary behind its back.
 */
export function adminRoutes(plain: FastifyInstance, context: ServerContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const { deployments, versions } = context;
  const rollouts = new AliasesOfRollouts(context.rollouts);
  const tags = ['admin'];

  app.post(
    '/admin/deploy-canary',
    {
      schema: {
        summary: 'Begin a rollout that holds a version at one weight until somebody decides',
        tags,
        body: DeployCanaryRequest,
      },
    },
    async (request) => {
      const { model_path: path, weight, sticky, judging, why } = request.body;
      const isAddress = /^https?:/.test(path);
      const named = request.body.model;
      const owner = isAddress ? chooseModel(context, named).name : named;
      const version = await versions.resolve(
        path,
        owner === undefined ? undefined : modelOf(owner),
      );
      if (named !== undefined && version.model !== named) {
        throw new SerinError('invalid-request', {
          expected: `a version of ${named}`,
          found: `a version of ${version.model}`,
        });
      }
      const served = deployments.model(version.model);
      const { name, split } = served;
      const live = deployments.state(name);
      if (live === undefined || served.stable === undefined) throw notLoaded(served);
      const held = {
        model: name,
        stable: live.stable,
        canary: toVersionRef(version),
        weight: toPercent(weight ?? defaultWeightPercent),
        ...(sticky === undefined ? {} : { sticky: parseStickyKey(sticky) }),
        // The judge checks every setting itself, and names the one that it refuses.
        ...(judging === undefined ? {} : { judging }),
        ...(live.front === undefined ? {} : { front: live.front }),
      };
      const rollout = await rollouts.deploy(held, {
        who: whoOf(request),
        why: why ?? 'deploy-canary',
      });
      const since = deployments.state(name)?.canary?.sinceMs;
      return {
        status: 'success',
        message:
          `Version ${version.version} of ${name} takes ${split.weight}% of traffic, ` +
          'until somebody promotes it or rolls it back.',
        model: name,
        model_path: path,
        model_version: version.version,
        rollout,
        weight: split.weight,
        canary_start_time: since === undefined ? null : new Date(since).toISOString(),
      };
    },
  );

  app.post(
    '/admin/set-weight',
    { schema: { summary: "Change the canary's share of traffic", tags, body: WeightRequest } },
    async (request) => {
      const { name } = chooseModel(context, request.body.model);
      const asked = { who: whoOf(request), why: request.body.why ?? 'set-weight' };
      const wanted = toPercent(request.body.weight);
      const moved = await rollouts.setWeight(name, wanted, asked);
      if (!moved) await deployments.canaries.setWeight(name, wanted, asked);
      const { weight } = deployments.model(name).split;
      return { status: 'success', message: `The canary takes ${weight}% of traffic.`, weight };
    },
  );

  const optionalBody = { preValidation: emptyBodyIsNoWishes };
  app.post(
    '/admin/promote-canary',
    { ...optionalBody, schema: { summary: 'Make the canary stable', tags, body: AdminRequest } },
    async (request) => {
      const { name } = chooseModel(context, request.body.model);
      const asked = { who: whoOf(request), why: request.body.why ?? 'promote-canary' };
      const before = deployments.state(name)?.stable;
      if (!(await rollouts.promote(name, asked))) await deployments.canaries.promote(name, asked);
      const after = deployments.state(name)?.stable;
      return {
        status: 'success',
        message: `Version ${after?.version ?? ''} of ${name} is stable now.`,
        model: name,
        previous_stable_model: before?.version,
        new_stable_model: after?.version,
      };
    },
  );

  app.post(
    '/admin/rollback-canary',
    { ...optionalBody, schema: { summary: 'Take the canary back', tags, body: AdminRequest } },
    async (request) => {
      const { name } = chooseModel(context, request.body.model);
      const asked = { who: whoOf(request), why: request.body.why ?? 'rollback-canary' };
      const before = deployments.state(name);
      if (!(await rollouts.rollBack(name, asked))) await deployments.canaries.rollBack(name, asked);
      // After a promotion it is the stable version that goes.
      const gone = (before?.canary?.version ?? before?.stable)?.version;
      const stable = deployments.state(name)?.stable.version ?? null;
      return {
        status: 'success',
        message: `Version ${gone ?? ''} of ${name} gets no traffic any more.`,
        model: name,
        rolled_back_model: gone,
        stable_model: stable,
      };
    },
  );
}

function modelOf(name: string) {
  return name as Parameters<ServerContext['versions']['resolve']>[1];
}
