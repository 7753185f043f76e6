import type { Explained } from './explained.js';
import { printable } from './printable.js';
import { writeInterval, writeQuantity } from './quantity.js';
import {
  CheckStatus,
  countInWords,
  findingsOf,
  Severity,
  type CheckResult,
  type Finding,
  type Measurement,
  type Report,
} from './report.js';

/** What is painted, as the number of an ANSI colour. */
const colours = { red: 31, green: 32, yellow: 33, grey: 90, bold: 1 } as const;
type Paint = (text: string, colour: keyof typeof colours) => string;

const signs: Readonly<Record<CheckStatus, readonly [string, keyof typeof colours]>> = {
  [CheckStatus.Passed]: ['✓', 'green'],
  [CheckStatus.Warned]: ['!', 'yellow'],
  [CheckStatus.Failed]: ['✗', 'red'],
  [CheckStatus.Skipped]: ['–', 'grey'],
};

const severityColours: Readonly<Record<Severity, keyof typeof colours>> = {
  [Severity.Error]: 'red',
  [Severity.Warning]: 'yellow',
  [Severity.Info]: 'grey',
};

export interface TerminalOptions {
  readonly colour: boolean;
  /** The page, and its section, that explains a code. */
  readonly explain: (code: string) => Pick<Explained, 'page'>;
}

/** A report as a person reads it in a terminal: every check, what was measured, every finding. */
export function toTerminal(report: Report, { colour, explain }: TerminalOptions): string {
  const paint: Paint = (text, name) =>
    colour && text !== '' ? `\u001b[${colours[name]}m${text}\u001b[0m` : text;
  const findings = findingsOf(report);
  const against = report.against === undefined ? '' : ` against ${printable(report.against)}`;
  return [
    `${paint(printable(report.subject), 'bold')}${against}`,
    '',
    ...checkLines(report, paint),
    ...measurementLines(report.measurements),
    ...findings.flatMap((finding) => ['', ...findingLines(finding, paint, explain)]),
    '',
    conclusion(report, findings, paint),
    '',
  ].join('\n');
}

function checkLines({ checks }: Report, paint: Paint): string[] {
  const lines = togetherWhereSkipped(checks);
  const width = Math.max(...lines.map(({ name }) => name.length));
  return lines.map(({ name, status, detail }) => {
    const [sign, colour] = signs[status];
    const line = `${name.padEnd(width)}  ${printable(detail)}`.trimEnd();
    return `  ${paint(sign, colour)} ${status === CheckStatus.Skipped ? paint(line, 'grey') : line}`;
  });
}

type Line = Pick<CheckResult, 'name' | 'status' | 'detail'>;

/** Checks in a row that were skipped for the same reason are one line. */
function togetherWhereSkipped(checks: readonly CheckResult[]): Line[] {
  const lines: (Line & { readonly count: number })[] = [];
  for (const { name, status, detail } of checks) {
    const last = lines.at(-1);
    if (
      last?.status === CheckStatus.Skipped &&
      status === CheckStatus.Skipped &&
      last.detail === detail
    ) {
      const count = last.count + 1;
      lines[lines.length - 1] = { name: `${count} more`, status, detail, count };
    } else lines.push({ name, status, detail, count: 1 });
  }
  return lines;
}

function measurementLines(measurements: readonly Measurement[]): string[] {
  if (measurements.length === 0) return [];
  const hasStable = measurements.some(({ stable }) => stable !== undefined);
  const rows = [
    ['measured', 'this', ...(hasStable ? ['stable', 'ratio, 95% interval'] : [])],
    ...measurements.map(({ name, unit, value, stable, ratio }) => [
      printable(name),
      writeQuantity(value, unit),
      ...(hasStable
        ? [
            stable === undefined ? '' : writeQuantity(stable, unit),
            ratio === undefined ? '' : writeInterval(ratio),
          ]
        : []),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return [
    '',
    ...rows.map((row) =>
      `  ${row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')}`.trimEnd(),
    ),
  ];
}

function findingLines(
  finding: Finding,
  paint: Paint,
  explain: TerminalOptions['explain'],
): string[] {
  const { severity, code, title, expected, found, advice, accepted } = finding;
  const line = (label: string, text: string | undefined): string[] =>
    text === undefined ? [] : [`  ${label.padEnd(9)} ${printable(text)}`];
  return [
    `${paint(severity, severityColours[severity])} ${paint(code, 'bold')}: ${printable(title)}`,
    ...line('expected', expected),
    ...line('found', found),
    ...line('accepted', accepted),
    ...(accepted === undefined ? line('do', advice) : []),
    // An information asks for nothing: where to read more of it is in the other formats.
    ...(severity === Severity.Info ? [] : line('see', explain(code).page)),
  ];
}

function conclusion(report: Report, findings: readonly Finding[], paint: Paint): string {
  const word = report.passed ? paint('passed', 'green') : paint('failed', 'red');
  const time = (report.durationMs / 1000).toFixed(1);
  return `serin ${report.gate} ${word}: ${countInWords(findings)}, in ${time} s.`;
}
