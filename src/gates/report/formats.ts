import type { Report } from './report.js';
import { toJson } from './to-json.js';
import { toJunit } from './to-junit.js';
import { toMarkdown } from './to-markdown.js';
import { toSarif, type SarifContext } from './to-sarif.js';
import { toTerminal } from './to-terminal.js';

/** The forms in which a report can be written. */
export const reportFormats = ['text', 'json', 'junit', 'markdown', 'sarif'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface FormatContext extends SarifContext {
  /** For text: whether it goes to a terminal that shows colours. */
  readonly colour: boolean;
}

/** A report in one of its forms. */
export function formatReport(report: Report, format: ReportFormat, context: FormatContext): string {
  switch (format) {
    case 'text':
      return toTerminal(report, context);
    case 'json':
      return toJson(report);
    case 'junit':
      return toJunit(report, context);
    case 'markdown':
      return toMarkdown(report, context);
    case 'sarif':
      return toSarif(report, context);
  }
}
