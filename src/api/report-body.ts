import type { Report } from '../gates/report/report.js';
import type { ReportBody } from './contract/report.js';
import { iso } from './rollouts/summary.js';

/** A gate's report as the API tells it. */
export function reportBody(report: Report): ReportBody {
  return {
    gate: report.gate,
    subject: report.subject,
    against: report.against ?? null,
    passed: report.passed,
    started_at: iso(report.startedAtMs),
    duration_ms: report.durationMs,
    checks: report.checks.map(({ name, status, detail, findings }) => ({
      name,
      status,
      detail,
      findings: findings.map((one) => ({
        code: one.code,
        severity: one.severity,
        title: one.title,
        expected: one.expected ?? null,
        found: one.found ?? null,
        advice: one.advice,
      })),
    })),
    measurements: report.measurements.map(({ name, unit, value, stable, ratio }) => ({
      name,
      unit,
      value,
      stable: stable ?? null,
      ratio: ratio === undefined ? null : pick(ratio),
    })),
  };
}

function pick({ estimate, low, high }: NonNullable<Report['measurements'][number]['ratio']>) {
  return { estimate, low, high };
}
