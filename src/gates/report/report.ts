/** How much a finding weighs: an error fails the gate, a warning and an information do not. */
export const Severity = { Error: 'error', Warning: 'warning', Info: 'info' } as const;
export type Severity = (typeof Severity)[keyof typeof Severity];

/** One thing that a gate noticed. Its code is stable: pipelines may filter by it. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  /** In a few words, with the particulars: `output "y" is not finite`. */
  readonly title: string;
  readonly expected?: string;
  readonly found?: string;
  /** What to do. */
  readonly advice: string;
  /** Why an error or a warning was accepted beforehand; it is an information then. */
  readonly accepted?: string;
}

export const CheckStatus = {
  Passed: 'passed',
  /** With warnings, without errors. */
  Warned: 'warned',
  Failed: 'failed',
  Skipped: 'skipped',
} as const;
export type CheckStatus = (typeof CheckStatus)[keyof typeof CheckStatus];

/** One question that a gate asked, with its answer. */
export interface CheckResult {
  /** Stable, in kebab-case: `golden-rows`. */
  readonly name: string;
  readonly status: CheckStatus;
  /** What was looked at or measured, or why it was not: one line. */
  readonly detail: string;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
}

/** A ratio with its confidence interval. */
export interface RatioEstimate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Confidence of the interval, 0 to 1. */
  readonly confidence: number;
}

/** A number that was measured, of stable as well where there was one. */
export interface Measurement {
  /** `latency p99, 1 row`. */
  readonly name: string;
  /** `ms`, `bytes`, `rows`, `1/s`, or empty. */
  readonly unit: string;
  readonly value: number;
  readonly stable?: number;
  /** Of value to stable. */
  readonly ratio?: RatioEstimate;
}

/** What a gate says of a model or a server; every output format is made from this. */
export interface Report {
  readonly gate: 'validate' | 'loadtest' | 'smoke' | 'ci';
  /** What was looked at: a path, a version or an address. */
  readonly subject: string;
  /** What it was compared with. */
  readonly against?: string;
  /** Whether nothing was found that is an error. */
  readonly passed: boolean;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly checks: readonly CheckResult[];
  readonly measurements: readonly Measurement[];
  /** What else belongs to the report, by name: digest, profile, seed. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** The status that findings give a check. */
export function statusOf(findings: readonly Finding[]): CheckStatus {
  if (findings.some(({ severity }) => severity === Severity.Error)) return CheckStatus.Failed;
  if (findings.some(({ severity }) => severity === Severity.Warning)) return CheckStatus.Warned;
  return CheckStatus.Passed;
}

/** All findings of a report, in the order of its checks. */
export function findingsOf(report: Pick<Report, 'checks'>): readonly Finding[] {
  return report.checks.flatMap(({ findings }) => findings);
}

/** `1 error, 2 warnings`; `nothing found` where there is neither. */
export function countInWords(findings: readonly Finding[]): string {
  const count = (severity: Severity): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const parts = [Severity.Error, Severity.Warning].flatMap((severity) => {
    const number = count(severity);
    return number === 0 ? [] : [`${number} ${severity}${number === 1 ? '' : 's'}`];
  });
  return parts.length === 0 ? 'nothing found' : parts.join(', ');
}
