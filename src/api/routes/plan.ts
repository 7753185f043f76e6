import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { checksWithoutPlan, planStrategy } from '../../analysis/plan/plan-strategy.js';
import { plannedSettings } from '../../rollout/live/planned-settings.js';
import { PlanBody, PlanRequest } from '../contract/plan.js';
import { whatIsPlanned } from '../planned-steps.js';

/** Stable's median where nobody says it: nothing is tolerated in milliseconds then. */
const usualLatencyMs = 20;

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
    ({ body }) => {
      const { strategy, steps } = whatIsPlanned(body);
      const { latency, errors } = body.tolerances ?? {};
      const settings = plannedSettings(strategy, {
        latencyTolerance: latency,
        errorsTolerance: errors,
      });
      const outlooks = planStrategy(
        {
          requestsPerSecond: body.requests_per_second,
          errorRate: body.error_rate,
          latencySpread: body.latency_spread,
          latencyMs: body.latency_ms ?? usualLatencyMs,
        },
        {
          latency: body.slowdown,
          errorRate: body.regressed_error_rate,
          drift: body.drift ?? 0,
        },
        steps,
        settings,
        body.power,
      );
      const notPlanned = checksWithoutPlan(settings);
      return {
        steps: outlooks.map(({ share, checks, warnings }) => ({
          share,
          // Steps of all or no traffic are left out of the outlooks, so that they are found by their share.
          hold: steps.find((step) => step.share === share)?.hold ?? null,
          checks: checks.map(({ findNever, excludeNever, ...check }) => ({
            ...check,
            ...(findNever === undefined ? {} : { find_never: findNever }),
            ...(excludeNever === undefined ? {} : { exclude_never: excludeNever }),
          })),
          warnings: [...warnings],
        })),
        not_planned: notPlanned.map(({ check }) => check),
        why_not_planned: Object.fromEntries(notPlanned.map(({ check, why }) => [check, why])),
      };
    },
  );
}
