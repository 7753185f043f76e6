import type { GateAnswer, OfRollout } from '../../rollout/ports.js';
import type { KeptReport } from '../report/kept-report.js';
import { countInWords, findingsOf, Severity } from '../report/report.js';

/** Keeps a gate's report beside its rollout. */
export type KeepReport = (of: OfRollout, report: KeptReport) => void;

/** Sentences have room for so many findings; the report has all of them. */
const mostNamed = 3;

/** Keeps a report, and says in a sentence what is in it. */
export function answerOfReport(of: OfRollout, report: KeptReport, keep: KeepReport): GateAnswer {
  keep(of, report);
  const findings = findingsOf(report);
  const errors = findings.filter(({ severity }) => severity === Severity.Error);
  const named = errors.slice(0, mostNamed).map(({ title }) => title);
  const more = errors.length > mostNamed ? `; and ${errors.length - mostNamed} more` : '';
  const particulars = named.length === 0 ? '' : `: ${named.join('; ')}${more}`;
  return {
    passed: report.passed,
    reason: `${report.gate} ${report.passed ? 'passed' : 'failed'}, ${countInWords(findings)}${particulars}`,
  };
}
