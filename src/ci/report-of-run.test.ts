import { expect, test } from 'vitest';
import { toJunit } from '../gates/report/to-junit.js';
import { toMarkdown } from '../gates/report/to-markdown.js';
import { reportOfRun } from './report-of-run.js';
import type { StageReport } from './run-stages.js';

const nothing = { findings: [], measurements: [], log: [], durationMs: 0 };
const stages: readonly StageReport[] = [
  { ...nothing, name: 'validate', status: 'done', detail: 'all good' },
  { ...nothing, name: 'build', status: 'passed', detail: 'built', durationMs: 1500 },
  {
    ...nothing,
    name: 'push',
    status: 'failed',
    detail: 'no registry',
    findings: [
      {
        code: 'registry-unreachable',
        severity: 'error',
        title: 'Nobody there',
        advice: 'Start it.',
      },
    ],
  },
  { ...nothing, name: 'launch', status: 'not-run', detail: 'a stage before it did not pass' },
];
const report = reportOfRun(stages, { subject: 'x/churn:1', startedAtMs: 0, durationMs: 2000 });

test('a pipeline passes when every stage passed, now or before', () => {
  expect(report.passed).toBe(false);
  const facts = { subject: 'x', startedAtMs: 0, durationMs: 0 };
  expect(reportOfRun(stages.slice(0, 2), facts).passed).toBe(true);
});

test('CI systems see each stage with its time, and why one failed', () => {
  const junit = toJunit(report);
  expect(junit).toContain('tests="4" failures="1" errors="0" skipped="1"');
  expect(junit).toContain('name="build" classname="serin.ci.x/churn:1" time="1.500"');
  expect(junit).toContain('<failure type="registry-unreachable"');
  const markdown = toMarkdown(report);
  expect(markdown).toContain('### ❌ serin ci: `x/churn:1`');
  expect(markdown).toContain('| ✅ | validate | done before: all good |');
  expect(markdown).toContain('| ➖ | launch |');
});
