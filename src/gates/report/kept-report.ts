import { loadTestHtml } from '../loadtest/html/load-test-html.js';
import type { LoadTestResult } from '../loadtest/results/load-test-result.js';
import { formatReport, reportFormats, type FormatContext } from './formats.js';
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
  if (format !== 'html') return formatReport(kept, format, context);
  return kept.result === undefined ? undefined : loadTestHtml(kept, kept.result);
}
