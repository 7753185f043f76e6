import { VerdictKind } from '../../../domain/evidence.js';
import type { Verdict } from '../../../domain/verdict.js';
import { Severity, statusOf, type CheckResult, type Finding } from '../../report/report.js';
import type { LoadTestResult, TargetResult } from '../results/load-test-result.js';

/** What the judge says of the target against stable; empty where there is none. */
export function comparisonCheck({ verdict, stable }: LoadTestResult): CheckResult[] {
  if (verdict === null) return [];
  const findings = [...findingOf(verdict), ...(stable === null ? [] : failuresOf(stable))];
  return [
    {
      name: 'comparison',
      status: statusOf(findings),
      detail:
        verdict.kind === VerdictKind.Harm
          ? 'judged as a canary beside stable, it harms'
          : `judged as a canary beside stable: ${verdict.sentence}`,
      durationMs: 0,
      findings,
    },
  ];
}

function findingOf({ kind, sentence, reasons }: Verdict): Finding[] {
  const expected = 'a target that is no worse than stable';
  switch (kind) {
    case VerdictKind.Safe:
      return [];
    case VerdictKind.Harm:
      return [
        {
          code: 'loadtest-worse-than-stable',
          severity: Severity.Error,
          title: 'The target is worse than stable under the same load',
          expected,
          found: reasons.slice(0, 2).join('; '),
          advice: 'Find out what made it so; the same judge would roll it back.',
        },
      ];
    case VerdictKind.Undecided:
    case VerdictKind.Unmeasurable:
      return [
        {
          code: 'loadtest-not-shown-safe',
          severity: Severity.Warning,
          title: 'The target is not shown to be as good as stable',
          expected,
          found: sentence,
          advice: 'Test for longer, or with more load, if that has to be known.',
        },
      ];
  }
}

/** Thresholds are about the target: what stable does is only said. */
function failuresOf({ requests, good, failures }: TargetResult): Finding[] {
  const [first] = failures;
  if (first === undefined) return [];
  return [
    {
      code: 'loadtest-stable-failed',
      severity: Severity.Warning,
      title: `Stable failed ${requests - good} of ${requests} requests`,
      expected: 'a stable that answers',
      found: first.words,
      advice: 'A target that is no worse than this may still be bad.',
    },
  ];
}
