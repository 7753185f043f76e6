import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { defaultJudgeSettings } from '../../analysis/judge-settings.js';
import { planStrategy } from '../../analysis/plan-strategy.js';
import type { PartialJudgeSettings } from '../../analysis/read-judge-settings.js';
import { PlanBody, PlanRequest } from '../contract/plan.js';

/** How long the steps of a strategy take: `serin plan` for the page. */
export function planRoutes(plain: FastifyInstance): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  app.post(
    '/api/v1/plan',
    {
      schema: {
        summary: 'How long each step takes to find a regression, or to exclude one',
        tags: ['rollouts'],
        body: PlanRequest,
        response: { 200: PlanBody },
      },
    },
    ({ body }) => ({
      steps: planStrategy(
        {
          requestsPerSecond: body.requests_per_second,
          errorRate: body.error_rate,
          latencySpread: body.latency_spread,
        },
        { latency: body.slowdown, errorRate: body.regressed_error_rate },
        body.steps.map(({ share }) => ({ share, maxMinutes: null })),
        judgeSettingsOf(body.tolerances ?? {}),
        body.power,
      ).map(({ share, checks, warnings }) => ({
        share,
        checks: [...checks],
        warnings: [...warnings],
      })),
    }),
  );
}

/** A gate excludes what is above the tolerance, never what is below it. */
function judgeSettingsOf({
  errors,
  latency,
}: NonNullable<PlanRequest['tolerances']>): PartialJudgeSettings {
  const { errors: byDefault, latencyMean } = defaultJudgeSettings.checks;
  const errorGate = byDefault?.gate ?? null;
  const latencyGate = latencyMean?.gate ?? null;
  const errorCheck = {
    ...(errors === undefined ? {} : { difference: errors }),
    gate: errorGate && {
      ...errorGate,
      difference: Math.max(errors ?? 0, errorGate.difference),
    },
  };
  const latencyCheck = {
    ...(latency === undefined ? {} : { tolerance: latency }),
    gate: latencyGate && Math.max(2 * (latency ?? 0), latencyGate),
  };
  return { checks: { errors: errorCheck, latencyMean: latencyCheck } };
}
