import { Type, type Static } from 'typebox';
import { nullable } from './nullable.js';

const FindingBody = Type.Object({
  code: Type.String(),
  severity: Type.Enum(['error', 'warning', 'info']),
  title: Type.String(),
  expected: nullable(Type.String()),
  found: nullable(Type.String()),
  advice: Type.String(),
});
export type FindingBody = Static<typeof FindingBody>;

/** What a gate said of a version: the report that `serin validate --json` has, for a page. */
export const ReportBody = Type.Object({
  gate: Type.String(),
  subject: Type.String(),
  against: nullable(Type.String({ description: 'What it was compared with.' })),
  passed: Type.Boolean(),
  started_at: Type.String({ description: 'RFC 3339.' }),
  duration_ms: Type.Number(),
  checks: Type.Array(
    Type.Object({
      name: Type.String(),
      status: Type.Enum(['passed', 'warned', 'failed', 'skipped']),
      detail: Type.String({ description: 'What was looked at or measured, in a line.' }),
      findings: Type.Array(FindingBody),
    }),
  ),
  measurements: Type.Array(
    Type.Object({
      name: Type.String(),
      unit: Type.String({ description: '`ms`, `bytes`, `rows`, `1/s`, or empty.' }),
      value: Type.Number(),
      stable: nullable(Type.Number()),
      ratio: nullable(
        Type.Object(
          { estimate: Type.Number(), low: Type.Number(), high: Type.Number() },
          { description: 'Of value to stable, with its interval.' },
        ),
      ),
    }),
  ),
});
export type ReportBody = Static<typeof ReportBody>;

/** The newest report of each gate that a rollout ran for a version. */
export const VersionReports = Type.Object({
  reports: Type.Array(
    Type.Object({
      rollout: Type.String({ description: 'The rollout whose gate it was.' }),
      address: Type.String({ description: 'Where the whole report is.' }),
      other_file: Type.Boolean({
        description: 'Whether the version had another file then: its digest was not that of today.',
      }),
      report: ReportBody,
    }),
  ),
});
export type VersionReports = Static<typeof VersionReports>;
