import type { Log, Result } from 'sarif';
import { findingsOf, Severity, type Finding, type Report } from './report.js';

/** Where the meaning of codes is explained, and what wrote the report. */
export interface SarifContext {
  readonly version: string;
  /** The page that has a section for each code. */
  readonly helpPage: string;
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
export function toSarif(report: Report, { version, helpPage, file }: SarifContext): string {
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
            rules: codes.map((id) => ({ id, help: { text: `${helpPage}#${id}` } })),
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
