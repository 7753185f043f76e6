import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Evidence } from '../../domain/evidence.js';
import { SerinError } from '../../domain/errors.js';
import type { Verdict } from '../../domain/verdict.js';
import type { ServerContext } from '../context.js';
import { VerdictBody } from '../contract/verdict.js';

/** What the judge says of a model's canary. */
export function verdictRoutes(plain: FastifyInstance, context: ServerContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    '/api/v1/models/:model/verdict',
    {
      schema: {
        summary: "The judge's evidence on the model's own concurrent traffic",
        tags: ['models'],
        params: Type.Object({ model: Type.String() }),
        response: { 200: VerdictBody },
      },
    },
    (request) => {
      const model = context.deployments.model(request.params.model);
      const verdict = context.comparisons.verdict(model);
      if (verdict === undefined) throw new SerinError('no-canary');
      return verdictBody(model.name, verdict);
    },
  );
}

function verdictBody(model: string, verdict: Verdict): VerdictBody {
  const { stable, canary } = verdict.step;
  return {
    model,
    verdict: verdict.kind,
    sentence: verdict.sentence,
    reasons: [...verdict.reasons],
    meter: verdict.meter,
    p: verdict.p,
    harm_log_e: verdict.harmLogE,
    leans_to_harm: verdict.leansToHarm,
    may_promote: verdict.mayPromote,
    missing: verdict.missing.map(({ check, progress, requestsNeeded }) => ({
      check,
      progress,
      requests_needed: requestsNeeded ?? null,
    })),
    requests_needed: verdict.requestsNeeded ?? null,
    requests: { stable, canary },
    judged: { ...verdict.judged },
    split: {
      intended: verdict.split.intended,
      seen: verdict.split.seen,
      wrong: verdict.split.wrong,
    },
    evidence: verdict.evidence.map(evidenceBody),
    at: new Date(verdict.atMs).toISOString(),
  };
}

function evidenceBody(evidence: Evidence): VerdictBody['evidence'][number] {
  const { estimate } = evidence;
  return {
    check: evidence.check,
    verdict: evidence.verdict,
    harm_log_e: evidence.harmLogE,
    safe_log_e: evidence.safeLogE ?? null,
    weight: evidence.weight,
    estimate:
      estimate === undefined
        ? null
        : {
            unit: estimate.unit,
            value: estimate.value,
            low: estimate.low ?? null,
            high: estimate.high ?? null,
          },
    samples: { ...evidence.samples },
    overdispersion: evidence.overdispersion,
    approximate: evidence.approximate,
    shown: { ...evidence.shown },
    sentence: evidence.sentence,
  };
}
