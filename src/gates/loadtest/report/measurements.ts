import { defaultJudgeSettings } from '../../../analysis/judge-settings.js';
import { CheckName, type Evidence } from '../../../domain/evidence.js';
import type { Measurement, RatioEstimate } from '../../report/report.js';
import type { LoadTestResult, TargetResult } from '../results/load-test-result.js';

/** The figures of a load test, with those of stable where there is one. */
export function measurementsOf({ target, stable, verdict }: LoadTestResult): Measurement[] {
  const evidence = verdict?.evidence ?? [];
  const row = (
    name: string,
    unit: string,
    valueOf: (one: TargetResult) => number | null | undefined,
    ratio?: RatioEstimate,
  ): Measurement[] => {
    const value = valueOf(target);
    if (value === null || value === undefined) return [];
    const ofStable = stable === null ? undefined : (valueOf(stable) ?? undefined);
    return [
      {
        name,
        unit,
        value,
        ...(ofStable === undefined ? {} : { stable: ofStable }),
        ...(ratio === undefined || ofStable === undefined ? {} : { ratio }),
      },
    ];
  };
  const failed = ({ requests, good }: TargetResult): number | null =>
    requests === 0 ? null : (100 * (requests - good)) / requests;
  return [
    ...row('good answers', '1/s', (one) => one.goodPerSecond),
    ...row('failed', '%', failed, ratioOf(evidence, CheckName.Errors)),
    ...row(
      'latency, geometric mean',
      'ms',
      (one) => one.geometricMeanMs,
      ratioOf(evidence, CheckName.LatencyMean),
    ),
    ...(['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const).flatMap((name) =>
      row(`latency, ${name === 'p999' ? 'p99.9' : name}`, 'ms', (one) => one.latencyMs?.[name]),
    ),
    ...row('from sending to answer, p99', 'ms', (one) => one.serviceMs?.p99),
  ];
}

/** The judge's interval, as the ratio of the target's figure to stable's. */
function ratioOf(
  evidence: readonly Evidence[],
  check: Evidence['check'],
): RatioEstimate | undefined {
  const estimate = evidence.find((one) => one.check === check)?.estimate;
  if (estimate?.low === undefined || estimate.high === undefined) return undefined;
  const asRatio = (value: number): number => (estimate.unit === 'relative' ? 1 + value : value);
  return {
    estimate: asRatio(estimate.value),
    low: asRatio(estimate.low),
    high: asRatio(estimate.high),
    confidence: 1 - defaultJudgeSettings.alpha,
  };
}
