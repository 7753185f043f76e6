import type { FastifyReply, FastifyRequest } from 'fastify';
import { SerinError } from '../domain/errors.js';
import { helpAddress, type Explain, type ExplainedGate } from '../gates/report/explained.js';
import { helpSections } from '../gates/report/help-pages.js';
import {
  formatKeptReport,
  formatsOf,
  type KeptFormat,
  type KeptReport,
} from '../gates/report/kept-report.js';

const types = {
  json: 'application/json; charset=utf-8',
  text: 'text/plain; charset=utf-8',
  markdown: 'text/markdown; charset=utf-8',
  junit: 'application/xml; charset=utf-8',
  sarif: 'application/sarif+json',
  html: 'text/html; charset=utf-8',
} as const satisfies Record<KeptFormat, string>;

/** Text in it comes from models and from servers: it may draw its charts, and nothing else. */
const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/**
 * Answers with a report in one of its forms.
 * @throws SerinError `invalid-request` for a form that this report does not have
 */
export function sendReport(
  reply: FastifyReply,
  report: KeptReport,
  format: KeptFormat,
  version: string,
): FastifyReply {
  const text = formatKeptReport(report, format, {
    version,
    explain: explainAt(reply.request, report.gate),
    file: report.subject,
    colour: false,
  });
  if (text === undefined) {
    throw new SerinError('invalid-request', {
      expected: `format to be one of ${formatsOf(report).join(', ')}`,
      found: format,
    });
  }
  if (format === 'html') reply.header('content-security-policy', pagePolicy);
  return reply.type(types[format]).send(text);
}

/** By this server's own page, under the address by which it was asked. */
function explainAt({ protocol, host }: FastifyRequest, gate: ExplainedGate): Explain {
  const page = helpAddress(`${protocol}://${host}`, gate);
  const sections = helpSections(gate);
  return (code) => ({
    page: `${page}#${code}`,
    link: `${page}#${code}`,
    text: sections.get(code),
  });
}
