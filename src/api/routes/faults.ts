import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Arm } from '../../domain/arm.js';
import { SerinError } from '../../domain/errors.js';
import type { AddedLatency, FaultPlan } from '../../serving/faults.js';
import type { ServedArm, ServedModel } from '../../serving/gateway/served-model.js';
import { chooseModel } from '../choose-model.js';
import type { ServerContext } from '../context.js';
import { AdminRequest, FaultRequest } from '../contract/admin.js';
import { emptyBodyIsNoWishes } from '../empty-body.js';
import { whoOf } from '../request-facts.js';

/** What R1's toggle adds to the canary. */
const slowdown: AddedLatency = { distribution: 'fixed', ms: 10 };

/** Makes an arm misbehave, for demos and tests; refused unless started with --enable-faults. */
export function faultRoutes(plain: FastifyInstance, context: ServerContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['faults'];
  app.addHook('onRequest', (_request, _reply, done) => {
    done(context.settings.faultsEnabled ? undefined : new SerinError('faults-disabled'));
  });

  app.post(
    '/admin/toggle-slowdown',
    {
      preValidation: emptyBodyIsNoWishes,
      schema: { summary: 'Add 10 ms to the canary, or take them away', tags, body: AdminRequest },
    },
    (request) => {
      const model = chooseModel(context, request.body.model);
      const { faults } = armOf(model, Arm.Canary);
      const { latency, ...others } = faults.plan;
      faults.plan = latency === undefined ? { ...others, latency: slowdown } : others;
      const isSlow = faults.plan.latency !== undefined;
      const asked = { who: whoOf(request), why: 'toggle-slowdown' };
      context.deployments.recordFault(model.name, Arm.Canary, faults.plan, asked);
      return {
        simulate_slowdown: isSlow,
        message: isSlow ? 'The canary is 10 ms slower now.' : 'The canary is not slowed down.',
      };
    },
  );

  app.put(
    '/admin/faults',
    { schema: { summary: 'Say what goes wrong on an arm', tags, body: FaultRequest } },
    (request) => {
      const { arm, crash = false, why } = request.body;
      const model = chooseModel(context, request.body.model);
      const served = armOf(model, arm);
      const plan = planOf(request.body);
      refuseWhatHttpCannot(plan, served);
      const asked = { who: whoOf(request), why: why ?? 'faults' };
      served.faults.plan = plan;
      served.leak?.(plan.leakMebibytesPerSecond ?? 0);
      context.deployments.recordFault(model.name, arm, plan, asked);
      if (crash) {
        if (served.crash === undefined) throw notAProcess('a runner process that can crash');
        context.deployments.recordFault(model.name, arm, 'crash', asked);
        served.crash();
      }
      return { model: model.name, arm, faults: plan, crashed: crash };
    },
  );
}

function armOf(model: ServedModel, arm: Arm): ServedArm {
  const served = model.arm(arm);
  if (served !== undefined) return served;
  throw new SerinError(arm === Arm.Canary ? 'no-canary' : 'upstream-unavailable');
}

function planOf(request: FaultRequest): FaultPlan {
  const { latency_ms: latency, error_share: errorShare, wrong_output_share: wrong } = request;
  const { non_finite_share: nonFinite, memory_mib_per_second: leak } = request;
  return {
    ...(latency === undefined ? {} : { latency: latencyOf(latency) }),
    ...(errorShare === undefined ? {} : { errorShare }),
    ...(wrong === undefined ? {} : { wrongOutputShare: wrong }),
    ...(nonFinite === undefined ? {} : { nonFiniteShare: nonFinite }),
    ...(leak === undefined ? {} : { leakMebibytesPerSecond: leak }),
  };
}

function latencyOf(latency: NonNullable<FaultRequest['latency_ms']>): AddedLatency {
  if (typeof latency === 'number') return { distribution: 'fixed', ms: latency };
  return { distribution: 'lognormal', medianMs: latency.median_ms, sigma: latency.sigma };
}

/** Outputs of an HTTP upstream are bytes that are passed on, and its process is no runner. */
function refuseWhatHttpCannot(plan: FaultPlan, served: ServedArm): void {
  if (served.upstream.version.kind === 'onnx') return;
  if (plan.wrongOutputShare !== undefined || plan.nonFiniteShare !== undefined) {
    throw notAProcess('an arm whose outputs are tensors');
  }
  if (plan.leakMebibytesPerSecond !== undefined)
    throw notAProcess('a runner process that can leak');
}

function notAProcess(expected: string): SerinError {
  return new SerinError('invalid-request', { expected, found: 'an HTTP upstream' });
}
