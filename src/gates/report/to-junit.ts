import type { Explained } from './explained.js';
import { CheckStatus, Severity, type CheckResult, type Finding, type Report } from './report.js';

/**
 * A report as JUnit XML, as CI systems show it: one test case a check. Errors are failures; warnings
 * and informations are in the test case's output.
 * Source of the form: the JUnit schema that Jenkins and GitLab read (junit-10.xsd).
 */
export function toJunit(
  report: Report,
  help: { readonly explain?: (code: string) => Pick<Explained, 'page'> } = {},
): string {
  const { gate, subject, checks, durationMs, startedAtMs } = report;
  const failures = checks.filter(({ status }) => status === CheckStatus.Failed).length;
  const skipped = checks.filter(({ status }) => status === CheckStatus.Skipped).length;
  const suite = attributes({
    name: `serin ${gate} ${subject}`,
    tests: checks.length,
    failures,
    errors: 0,
    skipped,
    time: seconds(durationMs),
    timestamp: new Date(startedAtMs).toISOString().slice(0, 19),
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ tests: checks.length, failures, errors: 0, skipped, time: seconds(durationMs) })}>`,
    `  <testsuite${suite}>`,
    ...checks.flatMap((check) => testCase(check, report, help.explain)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(
  { name, status, detail, durationMs, findings }: CheckResult,
  report: Report,
  explain: ((code: string) => Pick<Explained, 'page'>) | undefined,
): string[] {
  const seen = ({ code }: Finding): string =>
    explain === undefined ? '' : `\nsee: ${explain(code).page}`;
  const head = attributes({
    name,
    classname: `serin.${report.gate}.${report.subject}`,
    time: seconds(durationMs),
  });
  const errors = findings.filter(({ severity }) => severity === Severity.Error);
  const others = findings.filter(({ severity }) => severity !== Severity.Error);
  const output = [detail, ...others.map(inWords)].filter((line) => line !== '').join('\n');
  return [
    `    <testcase${head}>`,
    ...(status === CheckStatus.Skipped
      ? [`      <skipped${attributes({ message: detail })}/>`]
      : []),
    ...errors.map(
      (finding) =>
        `      <failure${attributes({ type: finding.code, message: finding.title })}>${escaped(inWords(finding) + seen(finding))}</failure>`,
    ),
    ...(output === '' ? [] : [`      <system-out>${escaped(output)}</system-out>`]),
    '    </testcase>',
  ];
}

function inWords({ code, severity, title, expected, found, advice, accepted }: Finding): string {
  return [
    `${severity} ${code}: ${title}`,
    ...(expected === undefined ? [] : [`expected: ${expected}`]),
    ...(found === undefined ? [] : [`found: ${found}`]),
    ...(accepted === undefined ? [advice] : [`accepted: ${accepted}`]),
  ].join('\n');
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** Text for XML 1.0: control characters and halves of surrogate pairs have no place in it. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll(/[&<>"\n]/g, (character) => entities[character] ?? character);
}
