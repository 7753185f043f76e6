import { Severity, statusOf, type CheckResult, type Finding } from '../../report/report.js';
import type { LoadTestResult } from '../results/load-test-result.js';
import type { JudgedThreshold } from '../thresholds/judge-thresholds.js';
import type { ThresholdMetric } from '../thresholds/threshold.js';
import { writeLimit, writeMetric, writeMs } from '../thresholds/words.js';

/** Requests above a percentile, below which chance decides where it lies. */
const fewRequests = 10;

/** One check for each threshold, named as it was written. */
export function thresholdChecks({ thresholds }: LoadTestResult): CheckResult[] {
  return thresholds.map((judged) => {
    const findings = findingsOf(judged);
    const { threshold, value } = judged;
    const detail = value === null ? 'nothing to measure' : writeMetric(threshold.metric, value);
    return {
      name: threshold.text,
      status: statusOf(findings),
      detail,
      durationMs: 0,
      findings,
    };
  });
}

function findingsOf(judged: JudgedThreshold): Finding[] {
  const { threshold, kept, restsOn } = judged;
  const limit = `${threshold.operator} ${writeLimit(threshold)}`;
  if (!kept) {
    return [
      {
        code: 'loadtest-threshold',
        severity: Severity.Error,
        title: `${threshold.text} was not kept`,
        expected: limit,
        found: foundOf(judged),
        advice: adviceOn(threshold.metric),
      },
    ];
  }
  if (restsOn === null || restsOn >= fewRequests) return [];
  return [
    {
      code: 'loadtest-few-requests',
      severity: Severity.Warning,
      title: `${threshold.text} rests on few requests`,
      expected: `at least ${fewRequests} requests beyond the percentile`,
      found: String(restsOn),
      advice: 'Test for longer, with more load, or at a lower percentile.',
    },
  ];
}

function adviceOn({ kind }: ThresholdMetric): string {
  switch (kind) {
    case 'error-share':
    case 'error-count':
      return 'See what failed, and how, in the finding about the answers.';
    case 'quantile':
    case 'mean':
    case 'max':
    case 'rps':
      return 'Make the server faster, or give it less load.';
  }
}

/** With the part of it that is the server's alone, where the rest is more than a trifle. */
function foundOf({ threshold, value, sinceSentMs }: JudgedThreshold): string {
  if (value === null) return 'no request that could be measured';
  const measured = writeMetric(threshold.metric, value);
  return sinceSentMs === null || sinceSentMs > 0.95 * value
    ? measured
    : `${measured}; ${writeMs(sinceSentMs)} from when requests were really sent`;
}
