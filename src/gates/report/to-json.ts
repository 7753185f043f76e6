import type { Report } from './report.js';

/** A report as JSON: the report itself, indented. Numbers that JSON cannot hold become null. */
export function toJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
