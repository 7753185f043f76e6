import type { Evidence } from '../domain/evidence.js';
import type { Verdict } from '../domain/verdict.js';
import type { VerdictBody } from './contract/verdict.js';

/** What the judge says, as the API tells it. */
export function verdictBody(model: string, verdict: Verdict): VerdictBody {
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
    requests_needed_at_least: verdict.requestsNeededAtLeast ?? null,
    requests: { stable, canary },
    judged: { ...verdict.judged },
    split: splitBody(verdict),
    evidence: verdict.evidence.map(evidenceBody),
    at: new Date(verdict.atMs).toISOString(),
  };
}

/** Of no request there is no share: in shadow steps nobody is assigned, and a step may just have begun. */
function splitBody({ split, step }: Verdict): VerdictBody['split'] {
  const { intended, seen, wrong } = split;
  const isOfNone = seen === 0 && (intended === 0 || step.stable + step.canary === 0);
  return { intended, seen: isOfNone ? null : seen, wrong };
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
