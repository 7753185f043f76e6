import { expect, test } from 'vitest';
import { formatReport, reportFormats, type FormatContext } from './formats.js';
import { countInWords, findingsOf, statusOf, type Finding, type Report } from './report.js';

const context: FormatContext = {
  colour: false,
  version: '1.2.3',
  explain: (code) => ({
    page: `docs/reference/validate.md#${code}`,
    link: undefined,
    text: `What ${code} means.`,
  }),
  file: 'models/a b/model.onnx',
};

const mismatch: Finding = {
  code: 'golden-mismatch',
  severity: 'error',
  title: 'row 2, output "y<\u0007>" | @all',
  expected: '0.71',
  found: '0.5 & more',
  advice: 'Look at the export.',
};
const unused: Finding = { code: 'unused', severity: 'warning', title: 'w', advice: 'Remove it.' };
const swallowed: Finding = {
  code: 'nan-swallowed',
  severity: 'info',
  title: 'y',
  advice: 'Know it.',
  accepted: 'trees do that',
};

const report: Report = {
  gate: 'validate',
  subject: 'churn/2',
  against: 'churn/1',
  passed: false,
  startedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
  durationMs: 1500,
  checks: [
    {
      name: 'golden-rows',
      status: 'failed',
      detail: '1 of 3 differ',
      durationMs: 12,
      findings: [mismatch, unused],
    },
    {
      name: 'latency',
      status: 'skipped',
      detail: 'no stable',
      durationMs: 0,
      findings: [swallowed],
    },
  ],
  measurements: [
    {
      name: 'latency p50',
      unit: 'ms',
      value: 1.23456,
      stable: 0.5,
      ratio: { estimate: 2.4691, low: 2.2, high: 2.7, confidence: 0.95 },
    },
    { name: 'size', unit: 'bytes', value: 6349 },
  ],
  facts: { seed: 1 },
};

test('a person reads every check, every number, and what to do about each finding', () => {
  expect(formatReport(report, 'text', context)).toBe(
    `churn/2 against churn/1

  ✗ golden-rows  1 of 3 differ
  – latency      no stable

  measured        this  stable      ratio, 95% interval
  latency p50  1.23 ms  0.5 ms  2.47 times (2.2 to 2.7)
  size         6.2 KiB

error golden-mismatch: row 2, output "y< >" | @all
  expected  0.71
  found     0.5 & more
  do        Look at the export.
  see       docs/reference/validate.md#golden-mismatch

warning unused: w
  do        Remove it.
  see       docs/reference/validate.md#unused

info nan-swallowed: y
  accepted  trees do that

serin validate failed: 1 error, 1 warning, in 1.5 s.
`,
  );
});

test('a terminal with colours sees the same text', () => {
  const painted = formatReport(report, 'text', { ...context, colour: true });
  expect(painted).toContain('\u001b[31mfailed\u001b[0m');
  expect(painted.replaceAll(/\u001b\[\d+m/g, '')).toBe(formatReport(report, 'text', context));
});

test('JUnit has a failure for each error, whatever characters a model brings', () => {
  const xml = formatReport(report, 'junit', context);
  expect(xml).toContain(
    '<testsuite name="serin validate churn/2" tests="2" failures="1" errors="0" skipped="1" time="1.500" timestamp="2026-01-02T03:04:05">',
  );
  expect(xml).toContain(
    '<failure type="golden-mismatch" message="row 2, output &quot;y&lt;\ufffd&gt;&quot; | @all">',
  );
  expect(xml).toContain('found: 0.5 &amp; more');
  expect(xml).toContain('<skipped message="no stable"/>');
  expect(xml).not.toContain('\u0007');
});

test('Markdown keeps its table whatever characters a model brings', () => {
  const lines = formatReport(report, 'markdown', context).split('\n');
  expect(lines[0]).toBe('### ❌ serin validate: `churn/2` against `churn/1`');
  expect(lines).toContain(
    '- **error** `golden-mismatch`: row 2, output "y\\<\u0007\\>" \\| @\u200ball',
  );
  expect(lines).toContain('| ❌ | golden-rows | 1 of 3 differ |');
  expect(lines).toContain('| latency p50 | 1.23 ms | 0.5 ms | 2.47 times (2.2 to 2.7) |');
});

test('SARIF names the rule, the file and the level of each finding', () => {
  const sarif = JSON.parse(formatReport(report, 'sarif', context)) as {
    runs: { tool: object; results: object[] }[];
  };
  expect(sarif.runs[0]).toMatchObject({
    tool: { driver: { name: 'serin validate', semanticVersion: '1.2.3' } },
    results: [
      {
        ruleId: 'golden-mismatch',
        level: 'error',
        locations: [{ physicalLocation: { artifactLocation: { uri: 'models/a%20b/model.onnx' } } }],
      },
      { ruleId: 'unused', ruleIndex: 1, level: 'warning' },
      { level: 'note', suppressions: [{ justification: 'trees do that' }] },
    ],
  });
});

test('codes lead to their explanation where it has an address that opens from anywhere', () => {
  const link = 'http://127.0.0.1:8080/docs/validate#golden-mismatch';
  const linked: FormatContext = {
    ...context,
    explain: (code) => ({ ...context.explain(code), link: link.replace('golden-mismatch', code) }),
  };
  expect(formatReport(report, 'markdown', linked)).toContain(
    `- **error** [\`golden-mismatch\`](${link}): `,
  );
  expect(formatReport(report, 'sarif', linked)).toContain(`"helpUri": "${link}"`);
  // A path would lead into the repository that the comment stands in.
  expect(formatReport(report, 'markdown', context)).not.toContain('](');
  expect(formatReport(report, 'sarif', context)).not.toContain('helpUri');
  for (const format of ['text', 'junit'] as const) {
    expect(formatReport(report, format, context)).toMatch(
      /see:? +docs\/reference\/validate\.md#golden-mismatch/,
    );
  }
});

test('SARIF brings the explanation of each rule along', () => {
  const sarif = JSON.parse(formatReport(report, 'sarif', context)) as {
    runs: { tool: { driver: { rules: object[] } } }[];
  };
  expect(sarif.runs[0]?.tool.driver.rules[0]).toMatchObject({
    id: 'golden-mismatch',
    fullDescription: { text: 'What golden-mismatch means.' },
    help: { text: 'What golden-mismatch means.\n\ndocs/reference/validate.md#golden-mismatch' },
  });
});

test('JSON is the report itself', () => {
  expect(JSON.parse(formatReport(report, 'json', context))).toEqual(report);
});

test('every format ends with one line break', () => {
  for (const format of reportFormats)
    expect(formatReport(report, format, context)).toMatch(/[^\n]\n$/);
});

test('an error fails a check, a warning does not', () => {
  expect(statusOf([swallowed, unused, mismatch])).toBe('failed');
  expect(statusOf([swallowed, unused])).toBe('warned');
  expect(statusOf([swallowed])).toBe('passed');
  expect(countInWords(findingsOf(report))).toBe('1 error, 1 warning');
  expect(countInWords([swallowed])).toBe('nothing found');
});
