import type { ArmBeat } from '../../observing/arm-pulse.js';
import type { Point } from '../../observing/timeline.js';
import type { ArmNumbers, PointBody } from '../contract/rollouts.js';

/** A point of a rollout's timeline, as the API tells it. */
export function pointBody(point: Point): PointBody {
  const { stable, canary } = point;
  const requests = stable.requests + canary.requests;
  return {
    at: point.atMs,
    for_ms: point.forMs,
    step: point.step,
    weight: point.weight,
    stable: numbersOf(stable),
    canary: numbersOf(canary),
    verdict: point.verdict,
    meter: point.meter,
    harm_log_e: point.harmLogE,
    seen_share: requests === 0 ? null : canary.requests / requests,
    checks: point.checks.map(({ check, estimate, harmLogE, safeLogE }) => ({
      check,
      unit: estimate?.unit ?? null,
      value: estimate?.value ?? null,
      low: estimate?.low ?? null,
      high: estimate?.high ?? null,
      harm_log_e: harmLogE,
      safe_log_e: safeLogE ?? null,
    })),
  };
}

/** A point as it was exported. */
export function pointFromBody(body: PointBody): Point {
  return {
    atMs: body.at,
    forMs: body.for_ms,
    step: body.step,
    weight: body.weight,
    stable: beatOf(body.stable),
    canary: beatOf(body.canary),
    verdict: body.verdict,
    meter: body.meter,
    harmLogE: body.harm_log_e,
    checks: body.checks.map(({ check, unit, value, low, high, harm_log_e, safe_log_e }) => ({
      // Checks and units of another Serin are shown as they are called there.
      check: check as Point['checks'][number]['check'],
      estimate:
        unit === null || value === null
          ? undefined
          : {
              unit: unit as NonNullable<Point['checks'][number]['estimate']>['unit'],
              value,
              ...(low === null ? {} : { low }),
              ...(high === null ? {} : { high }),
            },
      harmLogE: harm_log_e,
      safeLogE: safe_log_e ?? undefined,
    })),
  };
}

export function numbersOf(beat: ArmBeat): ArmNumbers {
  return {
    requests: beat.requests,
    errors: beat.errors,
    p50_ms: beat.p50Ms ?? null,
    p95_ms: beat.p95Ms ?? null,
    p99_ms: beat.p99Ms ?? null,
  };
}

function beatOf(numbers: ArmNumbers): ArmBeat {
  return {
    requests: numbers.requests,
    errors: numbers.errors,
    p50Ms: numbers.p50_ms ?? undefined,
    p95Ms: numbers.p95_ms ?? undefined,
    p99Ms: numbers.p99_ms ?? undefined,
  };
}
