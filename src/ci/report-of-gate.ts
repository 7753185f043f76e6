import { countInWords, findingsOf, type Report } from '../gates/report/report.js';

/** What a gate says, in one line. */
export function summaryOf(report: Report): string {
  return `${report.subject}: ${report.checks.length} checks, ${countInWords(findingsOf(report))}`;
}
