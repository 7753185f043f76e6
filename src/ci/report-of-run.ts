import { CheckStatus, Severity, type CheckResult, type Report } from '../gates/report/report.js';
import type { StageReport } from './run-stages.js';

/** A run of the pipeline in the form of all gates: a stage is a check. */
export function reportOfRun(
  stages: readonly StageReport[],
  { subject, startedAtMs, durationMs }: Pick<Report, 'subject' | 'startedAtMs' | 'durationMs'>,
): Report {
  return {
    gate: 'ci',
    subject,
    passed: stages.every(({ status }) => status === 'passed' || status === 'done'),
    startedAtMs,
    durationMs,
    checks: stages.map(checkOf),
    measurements: stages.flatMap(({ measurements }) => measurements),
    facts: {},
  };
}

function checkOf(report: StageReport): CheckResult {
  const { name, detail, findings, durationMs } = report;
  const words = report.status === 'done' ? `done before: ${detail}` : detail;
  return { name, status: statusOf(report), detail: words, durationMs, findings };
}

function statusOf({ status, findings }: StageReport): CheckStatus {
  switch (status) {
    case 'failed':
      return CheckStatus.Failed;
    case 'not-run':
      return CheckStatus.Skipped;
    case 'passed':
    case 'done':
      return findings.some(({ severity }) => severity === Severity.Warning)
        ? CheckStatus.Warned
        : CheckStatus.Passed;
  }
}
