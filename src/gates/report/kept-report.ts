import { loadTestHtml } from '../loadtest/html/load-test-html.js';
import type { LoadTestResult } from '../loadtest/results/load-test-result.js';
import { formatReport, reportFormats, type FormatContext } from './formats.js';
import { printable } from './printable.js';
import type { Report } from './report.js';

/** A report as it is kept, with everything that a load test measured, or a process wrote last. */
export interface KeptReport extends Report {
  readonly result?: LoadTestResult;
  readonly log?: readonly string[];
}

/** `html` is that of load tests, with their charts. */
export const keptFormats = [...reportFormats, 'html'] as const;
export type KeptFormat = (typeof keptFormats)[number];

/** The forms in which this report can be written. */
export function formatsOf({ result }: KeptReport): readonly KeptFormat[] {
  return result === undefined ? reportFormats : keptFormats;
}

/** A kept report in one of its forms; undefined where it has none of that name. */
export function formatKeptReport(
  kept: KeptReport,
  format: KeptFormat,
  context: FormatContext,
): string | undefined {
  if (format === 'html') {
    return kept.result === undefined ? undefined : loadTestHtml(kept, kept.result, context.explain);
  }
  const text = formatReport(kept, format, context);
  const lines = kept.passed ? [] : (kept.log ?? []).map(printable);
  if (lines.length === 0) return text;
  if (format === 'text') return `${text}\n${logHeading}\n${indented(lines, '  | ')}\n`;
  // Four spaces make code of whatever a process wrote, also of what looks like Markdown.
  return format === 'markdown' ? `${text}\n${logHeading}\n\n${indented(lines, '    ')}\n` : text;
}

/** Nobody looks at the log of what went well. */
const logHeading = 'The last lines that it wrote:';

function indented(lines: readonly string[], indent: string): string {
  return lines.map((line) => indent + line).join('\n');
}
