import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { SerinError } from '../../domain/errors.js';
import { tTestSize } from '../../stats/power-t-test.js';
import type { Comparison } from '../../observing/comparison.js';
import {
  isAboutErrors,
  runClassicTest,
  validForOneLook,
  type ClassicTest,
} from '../../analysis/classic/classic-tests.js';
import { chooseModel } from '../choose-model.js';
import type { ServerContext } from '../context.js';
import { CanaryHealthQuery, PowerQuery } from '../contract/admin.js';
import { verdictOf } from '../verdict-of.js';

/** R1's rule: under this many requests an arm there is nothing to say. */
const fewestSamples = 20;
/** R1's rule: two-sided p below this, and the canary the worse one. */
const alarmBelow = 0.05;

/** R1's statistics on demand: classic tests, valid for one look. */
export function canaryHealthRoutes(plain: FastifyInstance, context: ServerContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['admin'];

  app.get(
    '/admin/check-canary-health',
    {
      schema: {
        summary: 'A classic test of the canary against stable, valid for one look',
        tags,
        querystring: CanaryHealthQuery,
      },
    },
    (request) => {
      const { test, model: named } = request.query;
      const model = chooseModel(context, named);
      const comparison = context.comparisons.of(model);
      if (comparison === undefined) throw new SerinError('no-canary');
      const verdict = verdictOf(context, model);
      return {
        ...canaryHealth(model.name, comparison, test),
        verdict: verdict?.kind ?? null,
        verdict_meter: verdict?.meter ?? null,
        verdict_sentence: verdict?.sentence ?? null,
      };
    },
  );

  app.get(
    '/admin/power-analysis',
    { schema: { summary: 'How many requests a t-test needs', tags, querystring: PowerQuery } },
    (request) => {
      const { effect_size: effectSize, alpha, power } = request.query;
      const size = tTestSize(effectSize, alpha, power);
      return {
        effect_size: effectSize,
        alpha,
        power,
        recommended_sample_size_per_group: size.nearest,
        smallest_size_with_this_power: size.enough,
      };
    },
  );
}

/** The fields of R1, and beside them what R1 left open: since when, by which test, how valid. */
function canaryHealth(model: string, comparison: Comparison, test: ClassicTest): object {
  const { stable, canary, openedAtMs } = comparison;
  const facts = {
    model,
    stable_avg_latency_ms: stable.moments.count === 0 ? null : stable.moments.mean,
    canary_avg_latency_ms: canary.moments.count === 0 ? null : canary.moments.mean,
    stable_sample_count: stable.moments.count,
    canary_sample_count: canary.moments.count,
    stable_error_count: stable.errors,
    canary_error_count: canary.errors,
    compared_since: new Date(openedAtMs).toISOString(),
    test,
    valid_for: validForOneLook,
  };
  const counts = isAboutErrors(test)
    ? [stable.requests, canary.requests]
    : [stable.moments.count, canary.moments.count];
  if (Math.min(...counts) < fewestSamples) {
    const message = `insufficient data: at least ${fewestSamples} requests an arm are needed`;
    return { alert_triggered: false, p_value: null, message, ...facts };
  }
  const { pTwoSided, canaryIsWorse, difference } = runClassicTest(test, canary, stable);
  const alarm = pTwoSided < alarmBelow && canaryIsWorse;
  const p = `p = ${pTwoSided.toPrecision(2)}`;
  const message = alarm
    ? `The canary is worse than stable: ${difference} (${p}).`
    : `No evidence that the canary is worse: ${difference} (${p}).`;
  return { alert_triggered: alarm, p_value: pTwoSided, message, ...facts };
}
