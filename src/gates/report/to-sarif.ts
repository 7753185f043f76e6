import type { Log, ReportingDescriptor, Result } from 'sarif';
import type { Explain, Explained } from './explained.js';
import { findingsOf, Severity, type Finding, type Report } from './report.js';

/** How codes are explained, what wrote the report, and what it is about. */
export interface SarifContext {
  readonly version: string;
  readonly explain: Explain;
  /** The file that findings are about, relative to where the tool ran, with `/`. */
  readonly file: string;
}

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  [Severity.Error]: 'error',
  [Severity.Warning]: 'warning',
  [Severity.Info]: 'note',
};

/**
 * A report as SARIF 2.1.0, which code-scanning pages read.
 * Source of the form: OASIS, Static Analysis Results Interchange Format 2.1.0.
 */
export function toSarif(report: Report, { version, explain, file }: SarifContext): string {
  const findings = findingsOf(report);
  const codes = [...new Set(findings.map(({ code }) => code))];
  // Its type is that of the schema: what does not fit it is no program.
  const sarif: Log = {
    $schema:
      'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: `serin ${report.gate}`,
            semanticVersion: version,
            rules: codes.map((code) => ruleOf(code, explain(code))),
          },
        },
        invocations: [
          {
            executionSuccessful: true,
            startTimeUtc: new Date(report.startedAtMs).toISOString(),
            endTimeUtc: new Date(report.startedAtMs + report.durationMs).toISOString(),
          },
        ],
        results: findings.map((finding) => ({
          ruleId: finding.code,
          ruleIndex: codes.indexOf(finding.code),
          level: levels[finding.severity],
          message: { text: inWords(finding) },
          locations: [{ physicalLocation: { artifactLocation: { uri: encodeURI(file) } } }],
          ...suppression(finding),
        })),
      },
    ],
  };
  return `${JSON.stringify(sarif, null, 2)}\n`;
}

/**
 * Code-scanning pages show the text: it is there without any network. `helpUri` has to be absolute
 * (3.49.12), so that it stands only where an address is known.
 */
function ruleOf(id: string, { page, link, text }: Explained): ReportingDescriptor {
  const help = text === undefined ? page : `${text}\n\n${page}`;
  return {
    id,
    ...(link === undefined ? {} : { helpUri: link }),
    ...(text === undefined ? {} : { fullDescription: { text } }),
    help: { text: help, markdown: help },
  };
}

function inWords({ title, expected, found, advice }: Finding): string {
  return [
    `${title}.`,
    ...(expected === undefined ? [] : [`Expected: ${expected}.`]),
    ...(found === undefined ? [] : [`Found: ${found}.`]),
    advice,
  ].join(' ');
}

function suppression({ accepted }: Finding): Pick<Result, 'suppressions'> {
  return accepted === undefined
    ? {}
    : { suppressions: [{ kind: 'external', justification: accepted }] };
}
