import type { Explained } from './explained.js';
import {
  CheckStatus,
  countInWords,
  findingsOf,
  type CheckResult,
  type Finding,
  type Measurement,
  type Report,
} from './report.js';
import { writeInterval, writeQuantity } from './quantity.js';

const signs: Readonly<Record<CheckStatus, string>> = {
  [CheckStatus.Passed]: '✅',
  [CheckStatus.Warned]: '⚠️',
  [CheckStatus.Failed]: '❌',
  [CheckStatus.Skipped]: '➖',
};

/**
 * A report as Markdown, short enough for a comment at a pull request.
 * @param help codes lead to their explanation where it has an address that opens from anywhere: a
 * comment is read on another machine, and a path would lead into the repository that it stands in
 */
export function toMarkdown(
  report: Report,
  help: { readonly explain?: (code: string) => Pick<Explained, 'link'> } = {},
): string {
  const { gate, subject, against, passed, checks, measurements } = report;
  const findings = findingsOf(report);
  const compared = against === undefined ? '' : ` against ${code(against)}`;
  return [
    `### ${passed ? '✅' : '❌'} serin ${gate}: ${code(subject)}${compared}`,
    '',
    `${passed ? 'Passed' : '**Failed**'}: ${countInWords(findings)}, in ${(report.durationMs / 1000).toFixed(1)} s.`,
    ...(findings.length === 0
      ? []
      : [
          '',
          ...findings.flatMap((finding) =>
            findingLines(finding, help.explain?.(finding.code).link),
          ),
        ]),
    '',
    '| | check | what was seen |',
    '| --- | --- | --- |',
    ...checks.map(checkLine),
    ...(measurements.length === 0 ? [] : ['', ...measurementTable(measurements)]),
    '',
  ].join('\n');
}

function findingLines(finding: Finding, link: string | undefined): string[] {
  const { severity, title, expected, found, advice, accepted } = finding;
  return [
    `- **${severity}** ${link === undefined ? code(finding.code) : `[${code(finding.code)}](${link})`}: ${escaped(title)}`,
    ...(expected === undefined ? [] : [`  - expected: ${escaped(expected)}`]),
    ...(found === undefined ? [] : [`  - found: ${escaped(found)}`]),
    `  - ${accepted === undefined ? escaped(advice) : `accepted: ${escaped(accepted)}`}`,
  ];
}

function checkLine({ name, status, detail }: CheckResult): string {
  return `| ${signs[status]} | ${name} | ${escaped(detail)} |`;
}

function measurementTable(measurements: readonly Measurement[]): string[] {
  return [
    '| measured | this | stable | ratio |',
    '| --- | ---: | ---: | ---: |',
    ...measurements.map(({ name, unit, value, stable, ratio }) => {
      const cells = [
        escaped(name),
        writeQuantity(value, unit),
        stable === undefined ? '' : writeQuantity(stable, unit),
        ratio === undefined ? '' : writeInterval(ratio),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  ];
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}

/** Names come from model files: they must not become links, mentions, HTML or another cell. */
function escaped(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_[\]<>|#]/g, (character) => `\\${character}`)
    .replaceAll('@', '@\u200b');
}
